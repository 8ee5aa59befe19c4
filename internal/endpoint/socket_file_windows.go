package endpoint

import (
	"io/fs"
	"os"
)

// fileIdentity tells one file from another.
type fileIdentity struct{ fs.FileInfo }

func (i fileIdentity) is(other fileIdentity) bool { return os.SameFile(i.FileInfo, other.FileInfo) }

// socketAt says which file has that name, if one has it.
func (f *folder) socketAt(name string) (_ fileIdentity, ok bool) {
	info, err := os.Lstat(f.path + name)
	return fileIdentity{info}, err == nil
}
