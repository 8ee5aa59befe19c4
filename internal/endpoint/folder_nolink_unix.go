//go:build unix && !linux && !darwin && !dragonfly && !freebsd && !netbsd && !openbsd

package endpoint

import "errors"

// link fails: package unix has no linkat(2) here.
func (f *folder) link(string, string) error { return errors.ErrUnsupported }
