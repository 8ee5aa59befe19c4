package conduit

import "fmt"

// Choice says which kind of conduit is wanted.
type Choice int

// The choices.
const (
	Auto       Choice = iota // the kernel's where it can, else memory
	MemoryOnly               // memory
	KernelOnly               // the kernel's, or an error that says why not
)

// Open returns a conduit of the kind wanted for chunks of at most chunk bytes.
// It can take one more of them whenever it holds no more than hold bytes. No byte
// has moved when it returns.
func Open(want Choice, src Source, dsts []Destination, hold, chunk int64) (Conduit, error) {
	if want != MemoryOnly {
		k, err := openKernel(want, src, dsts, hold, chunk)
		if err == nil {
			return k, nil
		}
		if want == KernelOnly {
			return nil, fmt.Errorf("conduit kernel: %w", err)
		}
	}
	return NewMemory(src, dsts, hold, chunk)
}
