package evidence

import (
	"bytes"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// file names what a descriptor leads to, as far as processes can share it. The zero
// value is none of these.
type file struct {
	kind fileKind
	dev  uint64 // of a FIFO
	ino  uint64
}

type fileKind int

const (
	pipe   fileKind = 1 + iota // without a name
	fifo                       // a pipe with a name
	socket                     // of any family
)

// oneWay reports whether bytes go one way only.
func (f file) oneWay() bool { return f.kind == pipe || f.kind == fifo }

// parseLink returns the pipe or socket that a link in a folder fd names. Those of a
// FIFO and other files are paths.
func parseLink(link string) file {
	for prefix, kind := range map[string]fileKind{"pipe:[": pipe, "socket:[": socket} {
		if rest, found := strings.CutPrefix(link, prefix); found {
			ino, err := strconv.ParseUint(strings.TrimSuffix(rest, "]"), 10, 64)
			if err == nil {
				return file{kind: kind, ino: ino}
			}
		}
	}
	return file{}
}

// file returns what a descriptor of a process leads to. Of paths it finds out only
// whether one is the FIFO wanted, unless that is the zero value.
func (p *proc) file(pid, fd int, wanted file) file {
	path := p.of(pid, "fd/"+strconv.Itoa(fd))
	link := p.link(path)
	if !strings.HasPrefix(link, "/") {
		return parseLink(link)
	}
	if wanted != (file{}) && wanted.kind != fifo {
		return file{}
	}
	if ino, told := p.inode(pid, fd); told && wanted.kind == fifo && ino != wanted.ino {
		return file{}
	}
	return fifoAt(path)
}

// fifoAt returns the FIFO that path leads to. A server of files is not asked: it might
// not answer.
func fifoAt(path string) file {
	var st unix.Statx_t
	err := unix.Statx(unix.AT_FDCWD, path, unix.AT_STATX_DONT_SYNC, unix.STATX_TYPE|unix.STATX_INO, &st)
	if err != nil || st.Mode&unix.S_IFMT != unix.S_IFIFO {
		return file{}
	}
	return file{fifo, unix.Mkdev(st.Dev_major, st.Dev_minor), st.Ino}
}

// info returns a line of the file fdinfo of a descriptor.
func (p *proc) info(pid, fd int, name string) (string, bool) {
	for line := range bytes.Lines(p.read(p.of(pid, "fdinfo/"+strconv.Itoa(fd)))) {
		if value, found := strings.CutPrefix(string(line), name+":"); found {
			return strings.TrimSpace(value), true
		}
	}
	return "", false
}

// inode returns the inode of what a descriptor leads to. Older kernels do not tell.
func (p *proc) inode(pid, fd int) (uint64, bool) {
	text, told := p.info(pid, fd, "ino")
	ino, err := strconv.ParseUint(text, 10, 64)
	return ino, told && err == nil
}

// role is what a process does with a pipe.
type role int

const (
	reads role = iota
	writes
)

// other returns the role of the process at the other end.
func (r role) other() role { return reads + writes - r }

// has reports whether a descriptor has been opened for a role.
func (p *proc) has(pid, fd int, r role) bool {
	text, told := p.info(pid, fd, "flags")
	flags, err := strconv.ParseInt(text, 8, 64)
	if !told || err != nil {
		return false
	}
	switch flags & unix.O_ACCMODE {
	case unix.O_RDWR:
		return true
	case unix.O_RDONLY:
		return r == reads
	}
	return r == writes
}
