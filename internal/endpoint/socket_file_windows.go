package endpoint

import (
	"io/fs"
	"os"
)

// fileIdentity tells one file from another.
type fileIdentity struct{ fs.FileInfo }

func (i fileIdentity) is(other fileIdentity) bool { return os.SameFile(i.FileInfo, other.FileInfo) }

// socketAt returns the identity of the file with that name, if there is one.
func (f *folder) socketAt(name string) (_ fileIdentity, ok bool) {
	info, err := os.Lstat(f.path + name)
	return fileIdentity{info}, err == nil
}
