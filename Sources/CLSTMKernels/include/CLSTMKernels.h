// The SIMD kernels of the engine: products with packed weights, and what the gates make of them.
// They know pointers and sizes; layers, batches, threads and memory are LSTMCore's business.
//
// T steps, B sequences, H hidden units. A kernel set has `lanes` floats in a vector and
// `panel_vectors` vectors in a panel; a group is the units of one vector with their four gates, in
// the order of `lstm_part`: 4 / panel_vectors panels.

#ifndef CLSTMKERNELS_H
#define CLSTMKERNELS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A product of a plain matrix with packed weights: out[r][c] = start + Σ_k a[r][k] · weight[k][c].
///
/// Every entry is summed in the order of k, whatever else a job computes: how rows and panels are
/// shared out changes no bit of it.
typedef struct {
  const float *a;            ///< the left matrix, rows x depth
  ptrdiff_t a_row, a_depth;  ///< how far apart its rows and its columns are, in floats
  size_t rows, depth;
  const void *panels;        ///< packed weights [panel][depth][panel width], float or half
  size_t panel_stride;       ///< entries from one panel to the next
  int half;                  ///< whether the weights are IEEE 754 half precision
  size_t first_panel, end_panel;
  size_t columns;            ///< columns of the result; the last panel may be wider
  const float *bias;         ///< [panel][panel width] to start the sums from, or NULL
  int accumulates;           ///< without a bias: whether the sums start from `out`, else from 0
  float *out;                ///< entry (r, c) of panel p is at p * out_panel + r * out_row + c
  ptrdiff_t out_row, out_panel;
} lstm_product;

/// How a gate or the candidate, or the cell state on its way out, is squashed.
typedef enum {
  LSTM_SIGMOID, LSTM_TANH, LSTM_IDENTITY, LSTM_RELU, LSTM_HARD_SIGMOID, LSTM_SCALED_TANH
} lstm_activation;

/// The gates of a cell, in the order in which panels, what a step keeps and gradients have them; the
/// activation of the cell state, and the cell state itself, come after them.
typedef enum {
  LSTM_FORGET, LSTM_INPUT, LSTM_CANDIDATE, LSTM_OUTPUT, LSTM_GATES,
  LSTM_ACTIVATED_CELL = LSTM_GATES, LSTM_CELL_STATE, LSTM_KEPT_PARTS
} lstm_part;

/// What a step can be made to take in place of what it computes. The first two have a place for each
/// gate.
typedef enum {
  LSTM_REPLACE_PREACTIVATION, LSTM_REPLACE_GATE = LSTM_GATES, LSTM_REPLACE_KEPT = 2 * LSTM_GATES,
  LSTM_REPLACE_WRITTEN, LSTM_REPLACE_CELL, LSTM_REPLACE_ACTIVATED, LSTM_REPLACE_HIDDEN,
  LSTM_REPLACEABLE
} lstm_replaceable;

/// Where a gate's value comes from.
typedef enum { LSTM_FROM_WEIGHTS, LSTM_ONE_MINUS_OTHER, LSTM_CONSTANT } lstm_gate_source;

/// What differs from the plain cell; arrays are indexed by `lstm_part`.
typedef struct {
  int is_plain;                      ///< sigmoid and tanh, nothing below is read
  lstm_activation activation[LSTM_GATES + 1];  ///< of the gates and of the cell state
  /// Hard sigmoid: alpha x + beta; scaled tanh: alpha tanh(beta x).
  float alpha[LSTM_GATES + 1], beta[LSTM_GATES + 1];
  lstm_gate_source source[LSTM_GATES];
  float constant[LSTM_GATES];
  const float *peephole[LSTM_GATES];  ///< [padded H] each, or NULL
  float clip, cell_clip;             ///< INFINITY where there is none
} lstm_cell_kind;

/// One step of a cell, from the input half of its sums to its new states.
typedef struct {
  lstm_product recurrent;      ///< adds U h(t-1) to `out`, which holds W x + b
  lstm_product input;          ///< computes W x + b of this step; no rows where `out` holds it
  lstm_product ahead;          ///< W x + b of later steps, computed beside a step of one row; no
                               ///< rows where there are none. `a` is packed by `pack_ahead`, and
                               ///< `out` has room for `ahead_rows` rows
  size_t ahead_part, ahead_parts;  ///< which part of it this step computes, and of how many
  const lstm_cell_kind *kind;
  size_t first_group, end_group;
  int backwards;               ///< whether the groups are taken from the last to the first
  float *cell;                 ///< c(t-1), becomes c(t): [rows][cell_row], padded to whole vectors
  float *hidden;               ///< o ⊙ tanh c(t): [rows][hidden_row], padded to whole vectors
  ptrdiff_t cell_row, hidden_row;
  float *kept;                 ///< for a backward pass: [rows][kept_row], or NULL
  ptrdiff_t kept_row;
  ptrdiff_t kept_part;         ///< from one `lstm_part` to the next
  const float *replacements;   ///< what is put in place of what is computed, NaN where nothing is:
                               ///< [rows][replacements_row], one `lstm_replaceable` after the
                               ///< other, `kept_part` apart; or NULL
  ptrdiff_t replacements_row;
  float *sums;                 ///< for a recording: the pre-activations, [rows][sums_row], gates
                               ///< `kept_part` apart; 0 where a gate has none; or NULL
  ptrdiff_t sums_row;
} lstm_step;

/// One step back of a cell: from the gradient of its states to that of its pre-activations.
typedef struct {
  const lstm_cell_kind *kind;
  size_t rows, first_group, end_group;
  const float *kept;           ///< what the step forward kept
  ptrdiff_t kept_row, kept_part;
  const float *old_cell;       ///< c(t-1): [rows][old_cell_row]
  ptrdiff_t old_cell_row;
  const float *hidden_gradient;  ///< of o ⊙ tanh c(t): [rows][gradient_row]
  float *cell_gradient;        ///< of c(t), becomes that of c(t-1): [rows][gradient_row]
  ptrdiff_t gradient_row;
  float *preactivation_gradient;  ///< [rows][out_row], gate parts `out_part` apart
  ptrdiff_t out_row, out_part;
  const ptrdiff_t *places;     ///< for each row, which row of `summed` it is added to; or NULL
  float *summed;               ///< [places][out_row], as `preactivation_gradient`
} lstm_step_back;

/// The kernels for one instruction set.
typedef struct {
  const char *name;          ///< "portable", "avx2", "avx512"
  size_t lanes;              ///< floats in a vector
  size_t panel_vectors;      ///< vectors in a panel
  size_t ahead_rows;         ///< how many rows are computed ahead at the most; 0: none are
  /// Packs rows for `ahead`: becomes [depth][ahead_rows]. NULL where none are.
  void (*pack_ahead)(const float *a, ptrdiff_t a_row, size_t rows, size_t depth, float *out);
  void (*product)(const lstm_product *);
  void (*step)(const lstm_step *);
  void (*step_back)(const lstm_step_back *);
  void (*widen)(const uint16_t *in, float *out, size_t count);  ///< half precision to float
  void (*sigmoid)(const float *in, float *out, size_t count);
  void (*tanh)(const float *in, float *out, size_t count);
} lstm_kernel_set;

/// The kernel sets that this processor can run, the fastest first; NULL at `index` and beyond their
/// number. The last is the portable one.
const lstm_kernel_set *lstm_kernel_set_at(size_t index);

/// The nearest number of half precision, ties to even; beyond its range the infinities.
uint16_t lstm_half(float value);

/// The number that 16 bits of half precision stand for.
float lstm_float(uint16_t half);

/// Tells the processor that this thread is waiting for another.
static inline void lstm_wait_hint(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

#ifdef __cplusplus
}
#endif

#endif
