package evidence

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// fakeProc is a folder that looks like /proc. This process is number 1000, a bpcopy.
type fakeProc struct {
	t    *testing.T
	root string
}

const (
	us       = 1000
	readOnly = "0100000"
	writable = "0100001"
	both     = "0100002"
)

func newFakeProc(t *testing.T) fakeProc {
	f := fakeProc{t, t.TempDir()}
	f.link("self", strconv.Itoa(us))
	f.add(us, task{comm: "bpcopy"})
	return f
}

// task is a process of one thread.
type task struct {
	comm   string
	state  string // S if empty
	parent int
	cpu    int // in ticks
	wchan  string
	call   string
	fds    map[int]open
}

type open struct{ link, flags string }

// add adds a process, or changes it.
func (f fakeProc) add(pid int, p task) {
	f.remove(pid)
	if p.state == "" {
		p.state = "S"
	}
	stat := fmt.Sprintf("%d (%s) %s %d 0 0 0 -1 0 0 0 0 0 %d 0 0 0 20 0 1 0 %d 0 0", pid, p.comm, p.state, p.parent, p.cpu, 10*pid)
	folder := strconv.Itoa(pid)
	f.write(folder+"/stat", stat)
	f.write(folder+"/task/"+folder+"/stat", stat)
	if p.wchan != "" {
		f.write(folder+"/task/"+folder+"/wchan", p.wchan)
	}
	if p.call != "" {
		f.write(folder+"/task/"+folder+"/syscall", p.call)
	}
	for fd, o := range p.fds {
		f.link(fmt.Sprintf("%d/fd/%d", pid, fd), o.link)
		f.write(fmt.Sprintf("%d/fdinfo/%d", pid, fd), "pos:\t0\nflags:\t"+o.flags+"\nmnt_id:\t15\n")
	}
}

func (f fakeProc) remove(pid int) {
	if err := os.RemoveAll(filepath.Join(f.root, strconv.Itoa(pid))); err != nil {
		f.t.Fatal(err)
	}
}

func (f fakeProc) write(name, text string) {
	path := filepath.Join(f.root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		f.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		f.t.Fatal(err)
	}
}

func (f fakeProc) link(name, to string) {
	path := filepath.Join(f.root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		f.t.Fatal(err)
	}
	_ = os.Remove(path)
	if err := os.Symlink(to, path); err != nil {
		f.t.Fatal(err)
	}
}

// in and out are descriptors of a numbered pipe.
func in(pipe int) open  { return open{fmt.Sprintf("pipe:[%d]", pipe), readOnly} }
func out(pipe int) open { return open{fmt.Sprintf("pipe:[%d]", pipe), writable} }

// The waits of a filter: of what it reads and of what it writes.
func readingFrom(fd int) (wchan, call string) {
	return "anon_pipe_read", fmt.Sprintf("%d 0x%x 0x7f00 0x2000 0x0 0x0 0x0 0x7ffc 0x7fb6", sysRead, fd)
}

func writingTo(fd int) (wchan, call string) {
	return "anon_pipe_write", fmt.Sprintf("%d 0x%x 0x7f00 0x2000 0x0 0x0 0x0 0x7ffc 0x7fb6", sysWrite, fd)
}
