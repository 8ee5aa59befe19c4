package endpoint

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Place is where bytes come from or go to, as far as that is known before
// anything is opened. The zero Place is no file.
type Place struct {
	path   string      // without a symbolic link at its end, or "-"
	info   fs.FileInfo // nil if there is no file yet
	folder fs.FileInfo // the folder, if there is no file yet
	stream *int        // the number of an open descriptor, or nil
}

// The numbers of the standard streams.
const (
	stdinNumber  = 0
	stdoutNumber = 1
)

// Place returns where the operand's bytes come from if it is the source.
func (o Operand) Place(stdin *os.File) Place {
	switch o.scheme {
	case Stdio:
		return streamPlace(stdin, stdinNumber)
	case Path:
		return PathPlace(o.address)
	}
	return Place{}
}

// PlaceFrom returns where the operand's bytes go if it is a destination of a
// copy from src.
func (o Operand) PlaceFrom(src Operand, stdout *os.File) Place {
	switch o.scheme {
	case Stdio:
		return streamPlace(stdout, stdoutNumber)
	case Path:
		return pathPlace(o.address, src.base())
	}
	return Place{}
}

// PathPlace returns where a file of that path is or would be. For "" it returns
// the zero Place.
func PathPlace(path string) Place {
	if path == "" {
		return Place{}
	}
	return pathPlace(path, "")
}

// MayCreate returns nil if a file may be made at path, should there be none.
func MayCreate(path string) error {
	at, err := land(path, "")
	if err != nil || at.info != nil || at.descriptor != noDescriptor {
		return nil // whoever opens it says what is wrong
	}
	return refuseInDevices(at.path)
}

// StdoutPlace returns the place of standard output.
func StdoutPlace(stdout *os.File) Place { return streamPlace(stdout, stdoutNumber) }

func pathPlace(path, base string) Place {
	l, err := land(path, base)
	switch {
	case l.descriptor != noDescriptor:
		info, _ := os.Stat(l.path) // nil if the descriptor is closed
		return Place{path: l.path, info: info, stream: &l.descriptor}
	case l.info == nil && (err == nil || errors.As(err, new(*danglingError))): // a report creates what a link leads to
		folder, _ := os.Stat(folderOf(l.path)) // nil if there is no folder, and so no place for a file
		return Place{path: l.path, folder: folder}
	}
	return Place{path: l.path, info: l.info}
}

func streamPlace(file *os.File, number int) Place {
	if file == nil {
		file = []*os.File{os.Stdin, os.Stdout}[number]
	}
	info, _ := file.Stat() // nil if it is closed
	return Place{path: "-", info: info, stream: &number}
}

// base returns the name of a copy of the operand in a folder, or "".
func (o Operand) base() string {
	switch o.scheme {
	case Path:
		return filepath.Base(o.address)
	case HTTP:
		return urlBase(o.address)
	}
	return ""
}

// String returns the path of the place.
func (p Place) String() string { return p.path }

// IsStdout reports whether the place is standard output, by whatever name.
func (p Place) IsStdout() bool { return p.stream != nil && *p.stream == stdoutNumber }

// HoldsFile reports whether a regular file is there that a copy would replace.
func (p Place) HoldsFile() bool {
	return p.stream == nil && p.info != nil && p.info.Mode().IsRegular()
}

// isFile reports whether a regular file is there or would be.
func (p Place) isFile() bool { return p.info == nil || p.info.Mode().IsRegular() }

func (p Place) isDisk() bool { return p.info != nil && kindOf(p.info.Mode()) == KindBlockDevice }

// Overwrites reports whether bytes written to p would replace those of q, or
// mix with them.
func (p Place) Overwrites(q Place) bool {
	switch {
	case p.stream != nil && q.stream != nil && *p.stream == *q.stream:
		return true
	case p.info != nil && q.info != nil:
		return sameFile(p.info, q.info) && (p.info.Mode().IsRegular() || p.info.Mode()&fs.ModeNamedPipe != 0)
	}
	return p.folder != nil && q.folder != nil && os.SameFile(p.folder, q.folder) && filepath.Base(p.path) == filepath.Base(q.path)
}
