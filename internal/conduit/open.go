package conduit

import "fmt"

// Choice says which kind of conduit is wanted.
type Choice int

// The choices.
const (
	Auto       Choice = iota // Kernel if possible, else Memory
	MemoryOnly               // Memory
	KernelOnly               // Kernel, or an error that says why not
)

// Open returns a conduit of the wanted kind. While it holds at most hold bytes,
// it can take one more chunk of at most chunk bytes. Open moves no byte.
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
