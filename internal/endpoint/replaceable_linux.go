package endpoint

import (
	"errors"
	"io/fs"
	"math"
	"os"

	"golang.org/x/sys/unix"
)

// marks returns the marks of the file with that name, or for "" those of the
// folder. Marks that the kernel does not know are not set.
func (f *folder) marks(name string) marks {
	var stx unix.Statx_t
	if unix.Statx(f.fd, name, unix.AT_EMPTY_PATH|unix.AT_SYMLINK_NOFOLLOW, 0, &stx) != nil {
		return marks{}
	}
	has := stx.Attributes & stx.Attributes_mask
	return marks{
		mounted:    has&unix.STATX_ATTR_MOUNT_ROOT != 0,
		immutable:  has&unix.STATX_ATTR_IMMUTABLE != 0,
		appendOnly: has&unix.STATX_ATTR_APPEND != 0,
	}
}

// sticks reports whether the folder's sticky bit forbids to rename over old.
func (f *folder) sticks(old fs.FileInfo) bool {
	var st unix.Stat_t
	if unix.Fstat(f.fd, &st) != nil || st.Mode&unix.S_ISVTX == 0 {
		return false
	}
	me := os.Geteuid()
	return me != int(st.Uid) && me != ownerOf(old).user && !hasCapability(unix.CAP_FOWNER)
}

func hasCapability(number uint) bool {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if unix.Capget(&header, &data[0]) != nil {
		return os.Geteuid() == 0
	}
	return data[number/32].Effective>>(number%32)&1 != 0
}

// free returns how many bytes a new file in the folder may have. That is not
// known on file systems that compress or keep versions.
func (f *folder) free() (bytes int64, known bool) {
	var fs unix.Statfs_t
	if unix.Fstatfs(f.fd, &fs) != nil {
		return 0, false
	}
	switch uint32(fs.Type) {
	case unix.EXT4_SUPER_MAGIC, unix.XFS_SUPER_MAGIC, unix.TMPFS_MAGIC, unix.MSDOS_SUPER_MAGIC:
	default:
		return 0, false
	}
	if fs.Blocks == 0 || fs.Bsize <= 0 { // a tmpfs without a limit
		return 0, false
	}
	blocks := fs.Bavail
	if hasCapability(unix.CAP_SYS_RESOURCE) {
		blocks = fs.Bfree
	}
	if blocks > math.MaxInt64/uint64(fs.Bsize) {
		return 0, false
	}
	return int64(blocks) * int64(fs.Bsize), true
}

// needs returns how many bytes a copy of src takes in the folder, if that is known.
// Holes take none, and neither do blocks that both files share, as on XFS.
func (f *folder) needs(src *Source) (bytes int64, known bool) {
	size, known := src.Size()
	if !known || src.kind != KindRegular {
		return size, known
	}
	var from, to unix.Stat_t
	var fs unix.Statfs_t
	if err := errors.Join(control(src.file, func(fd int) error { return unix.Fstat(fd, &from) }), unix.Fstat(f.fd, &to), unix.Fstatfs(f.fd, &fs)); err != nil {
		return 0, false
	}
	const sector = 512
	shares := from.Dev == to.Dev && uint32(fs.Type) == unix.XFS_SUPER_MAGIC
	return min(size, from.Blocks*sector), !shares
}

// onPseudoFileSystem reports whether the kernel makes up the file, as in /proc.
// Such a file cannot be replaced, and its size means nothing.
func onPseudoFileSystem(file *os.File) (yes bool) {
	_ = control(file, func(fd int) error {
		var fs unix.Statfs_t
		yes = unix.Fstatfs(fd, &fs) == nil && isPseudo(&fs)
		return nil
	})
	return yes
}

// inPseudoFileSystem is onPseudoFileSystem for the file at path.
func inPseudoFileSystem(path string) bool {
	var fs unix.Statfs_t
	return unix.Statfs(path, &fs) == nil && isPseudo(&fs)
}

// Two file systems that package unix does not name.
const (
	configFS = 0x62656570
	mqueueFS = 0x19800202
)

func isPseudo(fs *unix.Statfs_t) bool {
	switch uint32(fs.Type) {
	case unix.PROC_SUPER_MAGIC, unix.SYSFS_MAGIC, unix.DEBUGFS_MAGIC, unix.TRACEFS_MAGIC, unix.SECURITYFS_MAGIC,
		unix.CGROUP_SUPER_MAGIC, unix.CGROUP2_SUPER_MAGIC, unix.SELINUX_MAGIC, unix.SMACK_MAGIC, unix.BPF_FS_MAGIC,
		unix.EFIVARFS_MAGIC, unix.BINFMTFS_MAGIC, unix.PSTOREFS_MAGIC, unix.NSFS_MAGIC, unix.RDTGROUP_SUPER_MAGIC,
		unix.AAFS_MAGIC, configFS, mqueueFS:
		return true
	}
	return false
}
