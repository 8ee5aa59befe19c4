//go:build !linux

package conduit

import "errors"

// openKernel fails, because only Linux has splice(2).
func openKernel(Choice, Source, []Destination, int64, int64) (Conduit, error) {
	return nil, errors.New("only Linux has it")
}
