package evidence

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// proc reads /proc, or what a test has made to look like it. It belongs to one
// goroutine. What cannot be read is not there.
//
// Files are read by plain system calls. Package os would register each with the
// runtime's poller first, in vain.
type proc struct {
	root string
	buf  []byte // for what is read; what is kept of it is copied
}

func newProc(root string) *proc { return &proc{root: root, buf: make([]byte, 8<<10)} }

// self returns the number of this process as /proc has it, which may be that of
// another namespace. It returns 0 if /proc is not there.
func (p *proc) self() int {
	n, _ := strconv.Atoi(p.link(p.root + "/self"))
	return n
}

// read returns the beginning of a file, up to the next call.
func (p *proc) read(path string) []byte {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil
	}
	defer unix.Close(fd)
	n, err := unix.Read(fd, p.buf)
	if err != nil {
		return nil
	}
	return p.buf[:n]
}

// word returns the first word of a file.
func (p *proc) word(path string) string {
	if fields := bytes.Fields(p.read(path)); len(fields) > 0 {
		return string(fields[0])
	}
	return ""
}

// link returns what a symbolic link says. It is not followed.
func (p *proc) link(path string) string {
	n, err := unix.Readlink(path, p.buf)
	if err != nil {
		return ""
	}
	return string(p.buf[:n])
}

// open opens a folder. It returns noFolder if that may not be seen or is not there.
func (p *proc) open(path string) (folder int) {
	folder, err := unix.Open(path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return noFolder
	}
	return folder
}

// numbers returns the numbers among the names in a folder, such as processes,
// threads or descriptors.
func (p *proc) numbers(path string) []int { return p.someNumbers(path, math.MaxInt) }

// someNumbers is numbers, but where there are more than that it may leave out the
// others.
func (p *proc) someNumbers(path string, most int) (all []int) {
	folder := p.open(path)
	if folder == noFolder {
		return nil
	}
	defer unix.Close(folder)
	for more := true; more && len(all) <= most; {
		all, more = p.moreNumbers(folder, all)
	}
	return all
}

// moreNumbers appends the next numbers of an open folder. It reports whether others may
// follow.
func (p *proc) moreNumbers(folder int, to []int) (all []int, more bool) {
	n, err := unix.ReadDirent(folder, p.buf)
	if err != nil || n <= 0 {
		return to, false
	}
	_, _, names := unix.ParseDirent(p.buf[:n], -1, nil)
	for _, name := range names {
		if number, err := strconv.Atoi(name); err == nil {
			to = append(to, number)
		}
	}
	return to, true
}

// someLinks calls see with the next descriptors of an open folder, and with what their
// links say, up to the next call. Of a scan this is almost all. It reports whether others
// may follow.
func (p *proc) someLinks(folder int, see func(fd int, link []byte)) (more bool) {
	numbers, more := p.moreNumbers(folder, nil)
	var link [64]byte // longer ones are paths
	for _, fd := range numbers {
		if n, err := unix.Readlinkat(folder, strconv.Itoa(fd), link[:]); err == nil {
			see(fd, link[:n])
		}
	}
	return more
}

// of returns the path of a file of a process.
func (p *proc) of(pid int, name string) string {
	return p.root + "/" + strconv.Itoa(pid) + "/" + name
}

// status is what the file stat tells of a process or a thread.
type status struct {
	id      processID
	command string
	state   byte
	parent  int
	cpu     time.Duration
	threads int
}

// tick is the unit of times in /proc: Linux has 100 a second for everybody.
const tick = 10 * time.Millisecond

// status returns the status at a path, and whether the process is alive.
func (p *proc) status(path string) (status, bool) {
	s, ok := parseStatus(p.read(path))
	return s, ok && s.state != 'Z' && s.state != 'X'
}

// parseStatus parses the file stat. The command is in parentheses, and may hold
// anything: also a parenthesis, a space or a line end.
func parseStatus(text []byte) (s status, ok bool) {
	open, end := bytes.IndexByte(text, '('), bytes.LastIndexByte(text, ')')
	if open < 0 || end < open {
		return status{}, false
	}
	fields := strings.Fields(string(text[end+1:])) // from the third of proc_pid_stat(5) on
	const first = 3
	number := func(field int) uint64 {
		var n uint64
		if ok = ok && field-first < len(fields); ok {
			var err error
			n, err = strconv.ParseUint(fields[field-first], 10, 64)
			ok = err == nil
		}
		return n
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text[:open])))
	ok = err == nil && len(fields) > 0 && len(fields[0]) == 1
	s = status{command: string(text[open+1 : end])}
	s.parent = int(number(4))
	s.cpu = time.Duration(number(14)+number(15)) * tick
	s.threads = int(number(20))
	s.id = processID{pid, number(22)}
	if !ok {
		return status{}, false
	}
	s.state = fields[0][0]
	return s, true
}

// pressure returns for how long some process of the system has waited for a disk.
func (p *proc) pressure() (time.Duration, bool) {
	return parsePressure(p.read(p.root + "/pressure/io"))
}

func parsePressure(text []byte) (time.Duration, bool) {
	for line := range bytes.Lines(text) {
		rest, some := strings.CutPrefix(string(line), "some ")
		if _, total, found := strings.Cut(rest, "total="); some && found {
			us, err := strconv.ParseInt(strings.TrimSpace(total), 10, 64)
			return time.Duration(us) * time.Microsecond, err == nil
		}
	}
	return 0, false
}
