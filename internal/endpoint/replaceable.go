package endpoint

import (
	"errors"
	"io/fs"
	"syscall"
)

// inPlaceHint helps if a file can be written and cannot be replaced.
const inPlaceHint = "--in-place writes into the existing file instead of replacing it"

// An obstacle is a reason why a file cannot be replaced.
type obstacle struct {
	err  error
	hint string // what helps, or ""
}

// replaceable returns why another file cannot be renamed over old, which has
// that name in the folder, or nil. So the user knows before the first byte is
// read.
func (f *folder) replaceable(name string, old fs.FileInfo) *obstacle {
	if err := f.mayWrite(name); err != nil {
		return &obstacle{err: err}
	}
	switch file, dir := f.marks(name), f.marks(""); {
	case file.mounted:
		return &obstacle{errMounted, inPlaceHint}
	case file.immutable:
		return &obstacle{err: errImmutable}
	case file.appendOnly:
		return &obstacle{errAppendOnly, "--append adds to it"}
	case dir.immutable, dir.appendOnly:
		return &obstacle{errFixedFolder, inPlaceHint}
	case f.sticks(old):
		return &obstacle{errSticky, inPlaceHint}
	}
	return nil
}

// marks are properties of a file that its mode does not tell.
type marks struct{ mounted, immutable, appendOnly bool }

var (
	errMounted     = errors.New("is a mount point and cannot be replaced")
	errImmutable   = errors.New("is immutable")
	errAppendOnly  = errors.New("may only be appended to")
	errFixedFolder = errors.New("cannot be replaced: its folder lets no file go")
	errSticky      = errors.New("cannot be replaced: it belongs to somebody else, in a sticky folder")
)

const noRoomHint = "the new file is written beside the old one, and there is no room for both; " + inPlaceHint

// noRoom returns an obstacle if a file of that size does not fit beside the old
// one.
func (f *folder) noRoom(size int64) *obstacle {
	if free, known := f.free(); known && size > free {
		return &obstacle{syscall.ENOSPC, noRoomHint}
	}
	return nil
}
