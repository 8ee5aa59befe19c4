//go:build unix && !linux

package endpoint

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

const (
	openSearched    = unix.O_RDONLY
	effectiveAccess = 0
)

// createUnnamed fails: every file has a name here.
func (f *folder) createUnnamed(os.FileMode) (*os.File, error) { return nil, errors.ErrUnsupported }

func (f *folder) give(*os.File, string) error { return errors.ErrUnsupported }

func (f *folder) exchange(string, string) error { return errors.ErrUnsupported }

func (f *folder) isFolder(string) bool { return false }

func (f *folder) renameFree(string, string) error { return errors.ErrUnsupported }
