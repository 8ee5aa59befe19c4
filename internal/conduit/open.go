package conduit

import "fmt"

// Choice says which kind of conduit is wanted.
type Choice int

// The choices.
const (
	Auto       Choice = iota // the best one for the ends
	MemoryOnly               // Memory
	KernelOnly               // Kernel, or an error that says why not
	RangeOnly                // Range, or an error that says why not
)

// Options says what a conduit is to be like. Sizes are in bytes.
type Options struct {
	Want      Choice
	Hold      int64 // while it holds at most so much, it can take one more chunk
	Chunk     int64 // most bytes of a chunk
	KeepHoles bool  // of a source file, in a new file, if the conduit can
}

// Open returns a conduit of the wanted kind. It moves no byte that could be missed.
func Open(src Source, dsts []Destination, opts Options) (Conduit, error) {
	if opts.Want == Auto || opts.Want == RangeOnly {
		r, err := openRange(opts, src, dsts)
		if err == nil {
			return r, nil
		}
		if opts.Want == RangeOnly {
			return nil, fmt.Errorf("conduit range: %w", err)
		}
	}
	if opts.Want == Auto || opts.Want == KernelOnly {
		k, err := openKernel(opts, src, dsts)
		if err == nil {
			return k, nil
		}
		if opts.Want == KernelOnly {
			return nil, fmt.Errorf("conduit kernel: %w", err)
		}
	}
	return NewMemory(src, dsts, opts.Hold, opts.Chunk)
}
