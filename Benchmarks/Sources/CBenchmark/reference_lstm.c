// An LSTM as anyone would write it down in C: what `benchmark check` holds the engine against, so
// that a regression shows on any machine, however noisy, without a stored time.

#include <math.h>

#include "CBenchmark.h"

static float sigmoid(float x) { return 1 / (1 + expf(-x)); }

void benchmark_reference_lstm(int input_size, int hidden_size, int batch, int steps,
                              const float *restrict input_weights,
                              const float *restrict hidden_weights, const float *restrict bias,
                              const float *restrict input, float *restrict hidden,
                              float *restrict cell, float *restrict output,
                              float *restrict scratch) {
  const int width = 4 * hidden_size;
  for (int t = 0; t < steps; t++) {
    for (int b = 0; b < batch; b++) {
      const float *x = input + ((size_t)t * batch + b) * input_size;
      float *h = hidden + (size_t)b * hidden_size;
      float *c = cell + (size_t)b * hidden_size;
      float *y = output + ((size_t)t * batch + b) * hidden_size;
      for (int k = 0; k < width; k++) scratch[k] = bias[k];
      for (int j = 0; j < input_size; j++) {
        for (int k = 0; k < width; k++) scratch[k] += input_weights[(size_t)j * width + k] * x[j];
      }
      for (int j = 0; j < hidden_size; j++) {
        for (int k = 0; k < width; k++) scratch[k] += hidden_weights[(size_t)j * width + k] * h[j];
      }
      for (int k = 0; k < hidden_size; k++) {
        const float i = sigmoid(scratch[k]), f = sigmoid(scratch[hidden_size + k]);
        const float g = tanhf(scratch[2 * hidden_size + k]);
        const float o = sigmoid(scratch[3 * hidden_size + k]);
        c[k] = f * c[k] + i * g;
        y[k] = o * tanhf(c[k]);
      }
      for (int k = 0; k < hidden_size; k++) h[k] = y[k];
    }
  }
}
