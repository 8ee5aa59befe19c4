//go:build !mips && !mipsle && !mips64 && !mips64le

package interrupt

// signalSetSize is the size of the kernel's sigset_t in bytes.
const signalSetSize = 8
