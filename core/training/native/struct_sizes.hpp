// What Python must know of a struct that it mirrors, see structures.py.
#pragma once

#include <cstdint>

// Behind the struct, or where its header is included; once.
#define EXPORT_SIZE(Struct) \
  extern "C" int64_t sizeof_##Struct() { return sizeof(Struct); }
