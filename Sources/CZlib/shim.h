// The system's zlib: on Debian and Ubuntu zlib1g-dev, on macOS part of the SDK.
#include <zlib.h>
