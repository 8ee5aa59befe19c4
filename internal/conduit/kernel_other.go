//go:build !linux

package conduit

import "errors"

var errOnlyLinux = errors.New("only Linux has it")

// openKernel fails, because only Linux has splice(2).
func openKernel(Options, Source, []Destination) (Conduit, error) { return nil, errOnlyLinux }

// openRange fails, because only Linux has copy_file_range(2) as it needs it.
func openRange(Options, Source, []Destination) (Conduit, error) { return nil, errOnlyLinux }
