package endpoint

import (
	"fmt"
	"io/fs"
	"os"
	"time"
)

// metadata is what a file has beside its bytes and its names.
type metadata struct {
	mode       fs.FileMode // permissions, and the bits that let others act as the owner
	owner      owner
	attributes []attribute // extended attributes, and the ACL
	accessed   time.Time
	modified   time.Time
}

// An owner is a user and a group.
type owner struct{ user, group int }

// An attribute is an extended attribute or an ACL.
type attribute struct {
	name  string
	value []byte
}

// metadataError says which part of the metadata could not be read or set.
type metadataError struct {
	what string // such as "owner"
	err  error
}

func (e *metadataError) Error() string { return fmt.Sprintf("set the %s: %v", e.what, e.err) }

// give gives file the metadata m, without the times. If to is not nil, give
// first makes that the owner. The order matters: a change of the owner clears
// bits of the mode, and the ACL is part of the mode.
func (m *metadata) give(file *os.File, to *owner) *metadataError {
	info, err := file.Stat()
	if err != nil {
		return &metadataError{"metadata", err}
	}
	if has := ownerOf(info); to != nil && has != *to {
		if err := setOwner(file, *to); err != nil {
			return &metadataError{to.differsIn(has), err}
		}
	}
	if err := removeACL(file, m.attributes); err != nil {
		return &metadataError{"ACL", err}
	}
	if err := m.giveMode(file); err != nil {
		return &metadataError{"mode", err}
	}
	for _, a := range m.attributes {
		if err := setAttribute(file, a); err != nil && a.mustBeKept() {
			return &metadataError{a.what(), err}
		}
	}
	return nil
}

// giveAgain gives file the mode and the bound attributes after the last byte
// was written. Writing has cleared them, because they must not go with other
// bytes.
func (m *metadata) giveAgain(file *os.File) *metadataError {
	if err := m.giveMode(file); err != nil {
		return &metadataError{"mode", err}
	}
	for _, a := range m.attributes {
		if isBound(a.name) {
			_ = setAttribute(file, a) // the system may refuse, and set its own
		}
	}
	return nil
}

// differsIn returns which of the two o and other differ in: "owner" or "group".
func (o owner) differsIn(other owner) string {
	if o.user == other.user {
		return "group"
	}
	return "owner"
}

// elevated are the mode bits that let others act as the owner or group of a
// file, and the sticky bit.
const elevated = fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky

// giveMode gives file the mode. The elevated bits go only to a file with the
// owner and group that they were set for.
func (m *metadata) giveMode(file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	mode := m.mode.Perm()
	if ownerOf(info) == m.owner {
		mode |= m.mode & elevated
	}
	if info.Mode()&(fs.ModePerm|elevated) == mode {
		return nil // some file systems refuse chmod(2) even if nothing changes
	}
	return file.Chmod(mode)
}

// giveTimes gives file the times. Some systems need its path for that.
func (m *metadata) giveTimes(file *os.File, path string) error {
	return setTimes(file, path, m.accessed, m.modified)
}

// metadataOf reads the metadata of the file that info describes, without the
// times.
func metadataOf(info fs.FileInfo, file bearer) (*metadata, error) {
	attributes, err := attributesOf(file)
	return &metadata{mode: info.Mode(), owner: ownerOf(info), attributes: attributes}, err
}
