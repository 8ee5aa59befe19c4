//go:build linux && (mips || mipsle || mips64 || mips64le)

package interrupt

// signalSetSize is the size of the kernel's sigset_t in bytes: there are 128
// signals.
const signalSetSize = 16
