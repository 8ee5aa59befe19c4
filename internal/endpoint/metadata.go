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
	attributes []attribute // extended ones, an ACL among them
	accessed   time.Time
	modified   time.Time
}

// An owner is a user and a group.
type owner struct{ user, group int }

// An attribute is an extended one.
type attribute struct {
	name  string
	value []byte
}

// metadataError says what of a file's metadata could not be given to another one.
type metadataError struct {
	what string // such as "owner"
	err  error
}

func (e *metadataError) Error() string { return fmt.Sprintf("set the %s: %v", e.what, e.err) }

// give makes file look like the one that m was read from, but for the times. If to is
// not nil, that is whom the file must belong to. In this order: a new owner takes bits
// of the mode away, and the ACL is part of the mode.
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

// giveAgain is for when all is written: writing has taken away what must not go with
// other bytes, and these are the right ones.
func (m *metadata) giveAgain(file *os.File) *metadataError {
	if err := m.giveMode(file); err != nil {
		return &metadataError{"mode", err}
	}
	for _, a := range m.attributes {
		if isBound(a.name) {
			_ = setAttribute(file, a) // the system may see that as its own matter
		}
	}
	return nil
}

// differsIn is the word for what o has that other has not.
func (o owner) differsIn(other owner) string {
	if o.user == other.user {
		return "group"
	}
	return "owner"
}

// elevated are the bits with which others act as the owner of a file.
const elevated = fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky

// giveMode gives file the mode alone. The elevated bits go only to a file of the owner
// who has set them.
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
		return nil // some file systems refuse a change even where it is none
	}
	return file.Chmod(mode)
}

// giveTimes sets the times of file, whose path is for systems that need one.
func (m *metadata) giveTimes(file *os.File, path string) error {
	return setTimes(file, path, m.accessed, m.modified)
}

// metadataOf reads the metadata of the file that info describes. The times are not part
// of it.
func metadataOf(info fs.FileInfo, file bearer) (*metadata, error) {
	attributes, err := attributesOf(file)
	return &metadata{mode: info.Mode(), owner: ownerOf(info), attributes: attributes}, err
}
