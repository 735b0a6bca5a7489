// Checks the kernels without Swift, so that they can be run for a processor that has no Swift here
// (Scripts/checks/kernels-arm64.sh): every set against plain loops in double precision.

#include "CLSTMKernels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t seed = 1;
static float draw(void) {  // between -1 and 1
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (float)((double)(seed >> 11) * 0x1p-52 - 1);
}
static float *numbers(size_t count) {
  float *values = malloc((count + 16) * sizeof(float));
  for (size_t i = 0; i < count + 16; i++) values[i] = draw();
  return values;
}

static int failures;
static void expect(const char *set, const char *what, double found, double wanted, double bound) {
  if (fabs(found - wanted) <= bound) return;
  if (failures++ < 10) printf("%s: %s is %.9g, not %.9g\n", set, what, found, wanted);
}

static double logistic(double x) { return x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x)); }

static double units(float found, double exact) {
  int exponent;
  frexp(exact, &exponent);
  return fabs((double)found - exact) / ldexp(1, (exponent < -125 ? -125 : exponent) - 24);
}

static void check_functions(const lstm_kernel_set *set) {
  double worst[2] = {0, 0};
  for (uint64_t bits = 0; bits < 1ull << 32; bits += 1009 * 16) {
    float in[16], out[2][16];
    for (int i = 0; i < 16; i++) {
      const uint32_t pattern = (uint32_t)(bits + 1009u * (unsigned)i);
      memcpy(in + i, &pattern, 4);
    }
    set->sigmoid(in, out[0], 16);
    set->tanh(in, out[1], 16);
    for (int i = 0; i < 16; i++) {
      if (isnan(in[i])) {
        if (!isnan(out[0][i]) || !isnan(out[1][i])) failures++;
        continue;
      }
      worst[0] = fmax(worst[0], units(out[0][i], logistic(in[i])));
      worst[1] = fmax(worst[1], units(out[1][i], tanh(in[i])));
    }
  }
  expect(set->name, "the worst sigmoid, in units of the last place,", worst[0], 0, 2);
  expect(set->name, "the worst tanh, in units of the last place,", worst[1], 0, 2);
  printf("%s: sigmoid within %.3f, tanh within %.3f units of the last place\n", set->name, worst[0],
         worst[1]);
}

static void check_product(const lstm_kernel_set *set, size_t rows, size_t depth, size_t columns,
                          int half) {
  const size_t width = set->lanes * set->panel_vectors;
  const size_t panels = (columns + width - 1) / width;
  float *a = numbers(rows * depth), *weights = numbers(panels * depth * width);
  float *bias = numbers(panels * width), *out = numbers(rows * columns);
  uint16_t *halves = malloc(panels * depth * width * sizeof(uint16_t));
  for (size_t i = 0; i < panels * depth * width; i++) {
    halves[i] = lstm_half(weights[i]);
    if (half) weights[i] = lstm_float(halves[i]);
  }
  const lstm_product job = {
    .a = a, .a_row = (ptrdiff_t)depth, .a_depth = 1, .rows = rows, .depth = depth,
    .panels = half ? (void *)halves : (void *)weights, .panel_stride = depth * width, .half = half,
    .end_panel = panels, .columns = columns, .bias = bias, .out = out,
    .out_row = (ptrdiff_t)columns, .out_panel = (ptrdiff_t)width,
  };
  set->product(&job);
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++) {
      double sum = bias[c];
      for (size_t k = 0; k < depth; k++)
        sum += (double)a[r * depth + k] * weights[(c / width * depth + k) * width + c % width];
      expect(set->name, "an entry of a product", out[r * columns + c], sum, 2e-6 * (double)depth);
    }
  free(a); free(weights); free(bias); free(out); free(halves);
}

static void check_step(const lstm_kernel_set *set, size_t rows, size_t units_) {
  const size_t lanes = set->lanes, groups = (units_ + lanes - 1) / lanes, padded = groups * lanes;
  const size_t width = lanes * set->panel_vectors, panels = 4 * padded / width;
  float *weights = numbers(panels * padded * width), *old = numbers(rows * padded);
  float *sums = numbers(panels * rows * width), *cell = numbers(rows * padded);
  float *hidden = numbers(rows * padded), *kept = numbers(rows * 6 * padded);
  float *start = malloc(rows * padded * sizeof(float));
  double *z = malloc(panels * rows * width * sizeof(double));
  memcpy(start, cell, rows * padded * sizeof(float));
  for (size_t p = 0; p < panels; p++)
    for (size_t r = 0; r < rows; r++)
      for (size_t c = 0; c < width; c++) {
        double sum = sums[(p * rows + r) * width + c];
        for (size_t k = 0; k < units_; k++)
          sum += (double)old[r * padded + k] * weights[(p * padded + k) * width + c];
        z[(p * rows + r) * width + c] = sum;
      }
  const lstm_cell_kind kind = {.is_plain = 1};
  lstm_step job = {
    .recurrent = {.a = old, .a_row = (ptrdiff_t)padded, .a_depth = 1, .rows = rows, .depth = units_,
                  .panels = weights, .panel_stride = padded * width, .end_panel = panels,
                  .columns = 4 * padded, .accumulates = 1, .out = sums,
                  .out_row = (ptrdiff_t)width, .out_panel = (ptrdiff_t)(rows * width)},
    .kind = &kind, .end_group = groups, .backwards = rows & 1, .cell = cell, .hidden = hidden,
    .cell_row = (ptrdiff_t)padded, .hidden_row = (ptrdiff_t)padded, .kept = kept,
    .kept_row = (ptrdiff_t)(6 * padded), .kept_part = (ptrdiff_t)padded,
  };
  set->step(&job);
  float *of_hidden = numbers(rows * padded), *of_cell = numbers(rows * padded);
  float *given = malloc(rows * padded * sizeof(float)), *of_z = numbers(rows * 4 * padded);
  memcpy(given, of_cell, rows * padded * sizeof(float));
  const lstm_step_back back = {
    .kind = &kind, .rows = rows, .end_group = groups, .kept = kept,
    .kept_row = (ptrdiff_t)(6 * padded), .kept_part = (ptrdiff_t)padded, .old_cell = start,
    .old_cell_row = (ptrdiff_t)padded, .hidden_gradient = of_hidden, .cell_gradient = of_cell,
    .gradient_row = (ptrdiff_t)padded, .preactivation_gradient = of_z,
    .out_row = (ptrdiff_t)(4 * padded), .out_part = (ptrdiff_t)padded,
  };
  set->step_back(&back);
  for (size_t r = 0; r < rows; r++)
    for (size_t u = 0; u < units_; u++) {
      double gate[4];
      for (size_t g = 0; g < 4; g++) {
        const size_t column = (u / lanes * 4 + g) * lanes + u % lanes;
        gate[g] = z[(column / width * rows + r) * width + column % width];
        gate[g] = g == 2 ? tanh(gate[g]) : logistic(gate[g]);
      }
      const size_t place = r * padded + u;
      const double c = gate[0] * start[place] + gate[1] * gate[2], t = tanh(c);
      expect(set->name, "a cell state", cell[place], c, 1e-5);
      expect(set->name, "a hidden state", hidden[place], gate[3] * t, 1e-5);
      const double dc = given[place] + of_hidden[place] * gate[3] * (1 - t * t);
      expect(set->name, "a gradient of c", of_cell[place], dc * gate[0], 1e-5);
      const double of_gate[4] = {
        dc * start[place] * gate[0] * (1 - gate[0]), dc * gate[2] * gate[1] * (1 - gate[1]),
        dc * gate[1] * (1 - gate[2] * gate[2]), of_hidden[place] * t * gate[3] * (1 - gate[3])};
      for (size_t g = 0; g < 4; g++)
        expect(set->name, "a gradient of z", of_z[(r * 4 + g) * padded + u], of_gate[g], 1e-5);
    }
  free(weights); free(old); free(sums); free(cell); free(hidden); free(kept); free(start); free(z);
  free(of_hidden); free(of_cell); free(given); free(of_z);
}

int main(void) {
  for (size_t index = 0; lstm_kernel_set_at(index); index++) {
    const lstm_kernel_set *set = lstm_kernel_set_at(index);
    check_functions(set);
    for (size_t rows = 1; rows <= 14; rows++) {
      for (size_t columns = 1; columns <= 70; columns += 23)
        for (int half = 0; half < 2; half++) check_product(set, rows, 5 + rows, columns, half);
      check_step(set, rows, 1 + 3 * rows);
    }
  }
  if (failures) printf("%d numbers are off\n", failures);
  return failures != 0;
}
