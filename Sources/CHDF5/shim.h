// The system's HDF5, for Keras files: on Debian and Ubuntu libhdf5-dev, on macOS brew's hdf5.
//
// Swift cannot see C's macros, and HDF5 says most of what it has by macros that differ between its
// versions. The functions here give those a name each, and nothing else.
#pragma once
#define H5_USE_110_API
#include <hdf5.h>
#include <stddef.h>

// MARK: - Types as Keras stores numbers

static inline hid_t lstm_hdf5_float32(void) { return H5T_IEEE_F32LE; }
static inline hid_t lstm_hdf5_float64(void) { return H5T_IEEE_F64LE; }
static inline hid_t lstm_hdf5_text(void) { return H5T_C_S1; }
static inline size_t lstm_hdf5_variable_size(void) { return H5T_VARIABLE; }

// A type of its own (to be closed): IEEE half precision, little-endian.
static inline hid_t lstm_hdf5_float16(void) {
  hid_t type = H5Tcopy(H5T_IEEE_F32LE);
  if (type < 0) return type;
  if (H5Tset_fields(type, 15, 10, 5, 0, 10) < 0 || H5Tset_size(type, 2) < 0 ||
      H5Tset_ebias(type, 15) < 0) {
    H5Tclose(type);
    return -1;
  }
  return type;
}

// A type of its own (to be closed): the upper half of a float32, little-endian.
static inline hid_t lstm_hdf5_bfloat16(void) {
  hid_t type = H5Tcopy(H5T_IEEE_F32LE);
  if (type < 0) return type;
  if (H5Tset_fields(type, 15, 7, 8, 0, 7) < 0 || H5Tset_size(type, 2) < 0 ||
      H5Tset_ebias(type, 127) < 0) {
    H5Tclose(type);
    return -1;
  }
  return type;
}

// MARK: - Property lists

static inline hid_t lstm_hdf5_file_access(void) { return H5Pcreate(H5P_FILE_ACCESS); }
static inline hid_t lstm_hdf5_link_creation(void) { return H5Pcreate(H5P_LINK_CREATE); }

// MARK: - Errors and plugins

// HDF5's own printing off, and no filter loaded from folders of plugins.
static inline void lstm_hdf5_quiet(void) {
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  H5PLset_loading_state(0);
}

// MARK: - A file in memory, in place

// The bytes that HDF5 is to take for a file. They are read only, and outlive the file.
typedef struct {
  const void *bytes;
  size_t count;
} lstm_hdf5_image;

static void *lstm_hdf5_image_malloc(size_t size, H5FD_file_image_op_t operation, void *data) {
  lstm_hdf5_image *image = (lstm_hdf5_image *)data;
  (void)operation;
  return size <= image->count ? (void *)image->bytes : NULL;
}
static void *lstm_hdf5_image_memcpy(
    void *to, const void *from, size_t size, H5FD_file_image_op_t operation, void *data) {
  (void)from, (void)size, (void)operation, (void)data;
  return to;
}
static void *lstm_hdf5_image_realloc(
    void *bytes, size_t size, H5FD_file_image_op_t operation, void *data) {
  (void)bytes, (void)size, (void)operation, (void)data;
  return NULL;
}
static herr_t lstm_hdf5_image_free(void *bytes, H5FD_file_image_op_t operation, void *data) {
  (void)bytes, (void)operation, (void)data;
  return 0;
}
static void *lstm_hdf5_image_data_copy(void *data) { return data; }
static herr_t lstm_hdf5_image_data_free(void *data) {
  (void)data;
  return 0;
}

// Makes a file of `access` be these bytes, which are not copied.
static inline herr_t lstm_hdf5_set_image(hid_t access, lstm_hdf5_image *image) {
  H5FD_file_image_callbacks_t callbacks = {
      lstm_hdf5_image_malloc, lstm_hdf5_image_memcpy, lstm_hdf5_image_realloc,
      lstm_hdf5_image_free,   lstm_hdf5_image_data_copy, lstm_hdf5_image_data_free, image};
  if (H5Pset_fapl_core(access, 65536, 0) < 0) return -1;
  if (H5Pset_file_image_callbacks(access, &callbacks) < 0) return -1;
  return H5Pset_file_image(access, (void *)image->bytes, image->count);
}

// MARK: - Calls whose C form changed between versions

// The kind of a link: 0 hard, 1 soft, 64 and above external or a user's; negative: no such link.
static inline int lstm_hdf5_link_kind(hid_t group, const char *name) {
  H5L_info_t info;
  if (H5Lexists(group, name, H5P_DEFAULT) <= 0) return -1;
  return H5Lget_info(group, name, &info, H5P_DEFAULT) < 0 ? -1 : (int)info.type;
}

// What an object is: 0 a group, 1 a dataset, 2 a named type; negative: an error.
static inline int lstm_hdf5_object_kind(hid_t object) {
  switch (H5Iget_type(object)) {
    case H5I_GROUP: return 0;
    case H5I_DATASET: return 1;
    case H5I_DATATYPE: return 2;
    default: return -1;
  }
}
