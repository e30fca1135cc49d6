/* Vectors of LANES numbers, a compiler extension: each operator rounds each lane separately.

   A variant defines LANES, TARGET, NAME(), MAX() and MIN() before it includes this and what follows. */
#define EACH TARGET static inline __attribute__((always_inline))
#define real NAME(real)
#define whole NAME(whole)
#define bits NAME(bits)
#define wide NAME(wide)
#define bytes NAME(bytes)

typedef float real __attribute__((vector_size(4 * LANES), may_alias));
typedef int32_t whole __attribute__((vector_size(4 * LANES), may_alias));
typedef uint32_t bits __attribute__((vector_size(4 * LANES), may_alias));
typedef uint64_t wide __attribute__((vector_size(4 * LANES), may_alias));
typedef int8_t bytes __attribute__((vector_size(LANES), may_alias));

#define EVERY(value) ((real){0} + (value))
#define FLOATS(values) __builtin_convertvector(values, real)
#define READ(type, from) ({ type read_; __builtin_memcpy(&read_, from, sizeof read_); read_; })
#define WRITE(to, values) do { __typeof__(values) write_ = values; __builtin_memcpy(to, &write_, sizeof write_); } while (0)
