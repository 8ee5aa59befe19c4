//go:build unix

package endpoint

import "golang.org/x/sys/unix"

// fileIdentity tells one file from another.
type fileIdentity struct{ device, inode uint64 }

func (i fileIdentity) is(other fileIdentity) bool { return i == other }

// socketAt returns the identity of the socket with that name, if there is one.
func (f *folder) socketAt(name string) (_ fileIdentity, ok bool) {
	var st unix.Stat_t
	if err := unix.Fstatat(f.fd, name, &st, unix.AT_SYMLINK_NOFOLLOW); err != nil || st.Mode&unix.S_IFMT != unix.S_IFSOCK {
		return fileIdentity{}, false
	}
	return fileIdentity{uint64(st.Dev), uint64(st.Ino)}, true
}
