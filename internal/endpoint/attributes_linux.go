package endpoint

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// The attributes that are ACLs: POSIX's and those of NFS.
const (
	posixACL = "system.posix_acl_access"
	nfsACL   = "system.nfs4_acl"
)

// mustBeKept reports whether a copy must fail if it cannot keep the attribute.
// It must keep an ACL, which decides about access, and the users' own
// attributes. The other attributes belong to the system, which may set them on
// a new file itself.
func (a attribute) mustBeKept() bool {
	return a.name == posixACL || a.name == nfsACL || strings.HasPrefix(a.name, "user.")
}

func (a attribute) what() string {
	if a.name == posixACL || a.name == nfsACL {
		return "ACL"
	}
	return fmt.Sprintf("attribute %q", a.name)
}

// isBound reports whether an attribute is bound to the bytes of a file. The
// kernel removes it when the bytes change. A file with other bytes must not get
// it.
func isBound(name string) bool {
	switch name {
	case "security.capability", "security.ima", "security.evm":
		return true
	}
	return strings.HasPrefix(name, "trusted.overlay.")
}

// bearer is a file whose attributes are read. By its path they can be read
// without the right to read the file, and by its descriptor from a file that is
// open.
type bearer interface {
	list(names []byte) (int, error)
	get(name string, value []byte) (int, error)
}

type byPath string

func (p byPath) list(names []byte) (int, error) { return unix.Listxattr(string(p), names) }

func (p byPath) get(name string, value []byte) (int, error) {
	return unix.Getxattr(string(p), name, value)
}

type byDescriptor struct{ *os.File }

func (d byDescriptor) list(names []byte) (n int, err error) {
	err = control(d, func(fd int) error {
		n, err = unix.Flistxattr(fd, names)
		return err
	})
	return n, err
}

func (d byDescriptor) get(name string, value []byte) (n int, err error) {
	err = control(d, func(fd int) error {
		n, err = unix.Fgetxattr(fd, name, value)
		return err
	})
	return n, err
}

// attributesOf reads the attributes of a file.
func attributesOf(file bearer) ([]attribute, error) {
	names, err := growing(file.list)
	if err != nil {
		if isUnsupported(err) {
			err = nil
		}
		return nil, err
	}
	var attributes []attribute
	for name := range strings.SplitSeq(strings.TrimRight(string(names), "\x00"), "\x00") {
		if name == "" || strings.HasPrefix(name, "system.") && name != posixACL && name != nfsACL {
			continue
		}
		value, err := growing(func(b []byte) (int, error) { return file.get(name, b) })
		switch a := (attribute{name, value}); {
		case err == nil:
			attributes = append(attributes, a)
		case a.mustBeKept() && err != unix.ENODATA:
			return nil, &metadataError{a.what(), err}
		}
	}
	return attributes, nil
}

// permOfFile returns permOf for a file. The mode is known; the ACL is read.
func permOfFile(file bearer, mode fs.FileMode) (fs.FileMode, error) {
	if mode&0o070 == 0 {
		return mode.Perm(), nil
	}
	value, err := growing(func(b []byte) (int, error) { return file.get(posixACL, b) })
	switch {
	case err == nil:
		return permOf(mode, []attribute{{posixACL, value}}), nil
	case err == unix.ENODATA, isUnsupported(err), err == unix.EPERM: // only a sandbox forbids to read it
		return mode.Perm(), nil
	}
	return 0, err
}

// growing calls read with a larger buffer until the result fits.
func growing(read func([]byte) (int, error)) ([]byte, error) {
	b := make([]byte, 256)
	for {
		n, err := read(b)
		switch {
		case err == nil:
			return b[:n], nil
		case err == unix.ERANGE && len(b) < 1<<20:
			b = make([]byte, 8*len(b))
		default:
			return nil, err
		}
	}
}

func isUnsupported(err error) bool {
	return errors.Is(err, unix.ENOTSUP) || errors.Is(err, unix.ENOSYS)
}

func setAttribute(file *os.File, a attribute) error {
	return control(file, func(fd int) error { return unix.Fsetxattr(fd, a.name, a.value, 0) })
}

// removeACL removes the ACL that file got from its folder, unless an ACL is
// wanted. With an ACL the mode would mean something else.
func removeACL(file *os.File, wanted []attribute) error {
	for _, a := range wanted {
		if a.name == posixACL {
			return nil
		}
	}
	err := control(file, func(fd int) error { return unix.Fremovexattr(fd, posixACL) })
	if err == unix.ENODATA || isUnsupported(err) {
		return nil
	}
	return err
}

// The entries of a POSIX ACL, as the kernel stores them: a version, and then a
// tag, permissions and an id each, all little-endian.
const (
	aclHeader  = 4
	aclEntry   = 8
	tagOwners  = 0x04 // permissions of the owning group
	tagMask    = 0x10 // limit for the group and for named users and groups
	aclAllBits = 0o7
)

// permOf returns the permissions of a file with this mode and these attributes.
// If there is an ACL, the group's bits in the mode are the ACL's mask and may
// allow more than the group has.
func permOf(mode fs.FileMode, attributes []attribute) fs.FileMode {
	perm := mode.Perm()
	for _, a := range attributes {
		if a.name != posixACL || len(a.value) < aclHeader {
			continue
		}
		group, mask := uint16(0), uint16(aclAllBits)
		for entry := a.value[aclHeader:]; len(entry) >= aclEntry; entry = entry[aclEntry:] {
			bits := binary.LittleEndian.Uint16(entry[2:])
			switch binary.LittleEndian.Uint16(entry) {
			case tagOwners:
				group = bits
			case tagMask:
				mask = bits
			}
		}
		perm = perm&^0o070 | fs.FileMode(group&mask&aclAllBits)<<3
	}
	return perm
}

// unbound returns the attributes that are not bound to the bytes.
func unbound(attributes []attribute) []attribute {
	return slices.DeleteFunc(attributes, func(a attribute) bool { return isBound(a.name) })
}
