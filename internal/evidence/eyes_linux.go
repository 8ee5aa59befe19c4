package evidence

import (
	"strconv"

	"golang.org/x/sys/unix"

	"bpcopy/internal/stream"
)

// linux are the eyes of a watch on Linux.
type linux struct {
	*pursuit
	source *watched
	dsts   []*watched
	peers  peers
}

// watched is an end, with what is known of its descriptor.
type watched struct {
	End
	role                    // of this process
	known            bool   // the following are
	file                    // zero if nobody can be at the other end
	domain, protocol int    // of a socket
	peer             *place // at the other end; nil if nobody is known to be there
}

func newEyes(opts Options) eyes { return newLinux(opts, "/proc") }

func newLinux(opts Options, root string) *linux {
	l := &linux{pursuit: newPursuit(newProc(root)), source: &watched{End: opts.Source, role: reads}}
	for _, dst := range opts.Destinations {
		l.dsts = append(l.dsts, &watched{End: dst, role: writes})
	}
	return l
}

func (l *linux) of(end int) *watched {
	if end == stream.FromSource {
		return l.source
	}
	return l.dsts[end]
}

func (l *linux) hurry() { l.over.Store(true) }

func (l *linux) close() {
	l.holders.close()
	l.peers.close()
}

// look samples an end.
func (l *linux) look(end int) (found finding) {
	w := l.of(end)
	if w.File {
		return finding{disk: l.disk()}
	}
	_ = w.Examine(func(fd int) { // an end that is closed tells nothing
		w.identify(fd)
		found.queue = w.queue(fd)
		if w.role == writes {
			found.tcp = w.connection(fd)
		}
		if w.kind == socket && w.peer == nil {
			w.peer = l.peers.of(fd, w)
		}
	})
	if w.peer != nil {
		found.process = l.culprit(*w.peer)
	}
	return found
}

// connection returns what the connection of a destination has done, or nil.
func (l *linux) connection(dst int) (c *tcpFinding) {
	w := l.dsts[dst]
	if !w.Socket {
		return nil
	}
	_ = w.Examine(func(fd int) {
		w.identify(fd)
		c = w.connection(fd)
	})
	return c
}

// identify finds out what a descriptor leads to.
func (w *watched) identify(fd int) {
	var st unix.Stat_t
	if w.known || unix.Fstat(fd, &st) != nil {
		return
	}
	w.known = true
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFIFO:
		w.file = file{kind: pipe, ino: st.Ino}
		if hasName(fd) {
			w.file = file{fifo, uint64(st.Dev), st.Ino}
		}
		w.peer = &place{w.file, w.role.other()}
	case unix.S_IFSOCK:
		w.file = file{kind: socket, ino: st.Ino}
		w.domain, _ = unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_DOMAIN)
		w.protocol, _ = unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_PROTOCOL)
	}
}

// hasName reports whether a pipe is a FIFO in a file system.
func hasName(fd int) bool {
	var st unix.Statfs_t
	return unix.Fstatfs(fd, &st) == nil && int64(st.Type) != unix.PIPEFS_MAGIC
}

// queue returns how much waits in the kernel at this end, or nil.
func (w *watched) queue(fd int) *queueFinding {
	var bytes, capacity int
	var err, capacityErr error
	switch {
	case w.oneWay():
		bytes, err = unix.IoctlGetInt(fd, unix.TIOCINQ)
		capacity, capacityErr = unix.FcntlInt(uintptr(fd), unix.F_GETPIPE_SZ, 0)
	case w.kind == socket && w.role == reads:
		bytes, err = unix.IoctlGetInt(fd, unix.TIOCINQ)
		capacity, capacityErr = unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF)
	case w.kind == socket:
		bytes, err = unix.IoctlGetInt(fd, unix.TIOCOUTQ)
		capacity, capacityErr = unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_SNDBUF)
	default:
		return nil
	}
	if err != nil || capacityErr != nil {
		return nil
	}
	return &queueFinding{bytes: int64(bytes), capacity: int64(capacity), holds: (bytes > 0) == (w.role == writes)}
}

// disk returns whether a thread of this process waits for a disk.
func (l *linux) disk() *diskFinding {
	d := new(diskFinding)
	threads := l.numbers(l.root + "/self/task")
	if threads == nil {
		return nil
	}
	for _, thread := range threads {
		folder := l.root + "/self/task/" + strconv.Itoa(thread)
		if s, ok := l.status(folder + "/stat"); ok && s.state == 'D' {
			d.waits = true
			d.channel = l.word(folder + "/wchan")
			if d.channel == "0" {
				d.channel = ""
			}
		}
	}
	d.stalled, d.told = l.pressure()
	return d
}
