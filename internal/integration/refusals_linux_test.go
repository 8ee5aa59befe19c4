package integration

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A refusal is a system call that a sandbox answers with an error.
type refusal struct {
	name   string
	number uintptr
	// command is the second argument for which it does; 0 means any.
	command uint32
}

// launcher is the name under which the test binary refuses and then starts
// another program: the refusals, "NUMBER:COMMAND,…", the errno and the program.
const launcher = "bpcopy-refusing"

// refusing makes the program run where these calls fail with errno, always.
func refusing(t *testing.T, p *program, errno unix.Errno, calls ...refusal) *program {
	t.Helper()
	var list []string
	for _, call := range calls {
		list = append(list, fmt.Sprintf("%d:%d", call.number, call.command))
	}
	path, err := exec.LookPath(launcher)
	if err != nil {
		t.Fatal(err)
	}
	p.Args = append([]string{launcher, strings.Join(list, ","), strconv.Itoa(int(errno)), p.Path}, p.Args...)
	p.Path = path
	return p
}

// launch is what the launcher does. It returns only to say what went wrong.
func launch() {
	runtime.LockOSThread() // the filter is that of this thread, and of what it becomes
	errno, err := strconv.Atoi(os.Args[2])
	if err == nil {
		err = refuse(os.Args[1], uint32(errno))
	}
	if err == nil {
		err = unix.Exec(os.Args[3], os.Args[4:], os.Environ())
	}
	fmt.Fprintln(os.Stderr, "launcher:", err)
	os.Exit(125)
}

// refuse installs a filter for the calls in list.
func refuse(list string, errno uint32) error {
	const load, equal, end = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, unix.BPF_RET | unix.BPF_K
	const number, secondArgument = 0, 16 + 8 // in struct seccomp_data, on little-endian machines
	var filter []unix.SockFilter
	for call := range strings.SplitSeq(list, ",") {
		var nr, command uint32
		if _, err := fmt.Sscanf(call, "%d:%d", &nr, &command); err != nil {
			return err
		}
		answer := unix.SockFilter{Code: end, K: unix.SECCOMP_RET_ERRNO | errno}
		filter = append(filter, unix.SockFilter{Code: load, K: number})
		if command == 0 {
			filter = append(filter, unix.SockFilter{Code: equal, Jf: 1, K: nr}, answer)
			continue
		}
		filter = append(filter, unix.SockFilter{Code: equal, Jf: 3, K: nr},
			unix.SockFilter{Code: load, K: secondArgument}, unix.SockFilter{Code: equal, Jf: 1, K: command}, answer)
	}
	filter = append(filter, unix.SockFilter{Code: end, K: unix.SECCOMP_RET_ALLOW})
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	_, _, failed := unix.RawSyscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, uintptr(unsafe.Pointer(&program)))
	if failed != 0 {
		return failed
	}
	return nil
}

func refusals() []refusal {
	return []refusal{
		{"splice", unix.SYS_SPLICE, 0}, {"tee", unix.SYS_TEE, 0}, {"ppoll", unix.SYS_PPOLL, 0}, {"pipe2", unix.SYS_PIPE2, 0},
		{"fcntl(F_SETPIPE_SZ)", unix.SYS_FCNTL, unix.F_SETPIPE_SZ}, {"sendfile", unix.SYS_SENDFILE, 0},
		{"copy_file_range", unix.SYS_COPY_FILE_RANGE, 0}, {"sync_file_range", sysSyncFileRange, 0},
	}
}

// errors are what the call is refused with; splice(2) has its own reasons as well.
func (r refusal) errors() []unix.Errno {
	if r.number == unix.SYS_SPLICE {
		return []unix.Errno{unix.EPERM, unix.ENOSYS, unix.EOPNOTSUPP, unix.EXDEV, unix.EACCES, unix.EINVAL, unix.EIO}
	}
	return []unix.Errno{unix.EPERM, unix.ENOSYS}
}

// TestRefusedCalls: what a sandbox, or an old kernel, refuses is done without.
func TestRefusedCalls(t *testing.T) {
	needRefusals(t)
	src := newSample(t, t.TempDir(), "src", 3<<20+1)
	shapes := map[string]func(t *testing.T, refuse func(*program) *program) sum{
		"file to file": func(t *testing.T, refuse func(*program) *program) sum {
			dst := filepath.Join(t.TempDir(), "dst")
			refuse(bpcopy(t, "-q", src.path, dst)).want(0, "")
			return sumFile(t, dst)
		},
		"pipe to pipe": func(t *testing.T, refuse func(*program) *program) sum {
			in, out := pipeEnd(t, "", true), pipeEnd(t, "", false)
			return refuse(bpcopy(t, "-q", "-", "-")).serve(in, out, from(src.path))
		},
		"file to tcp": func(t *testing.T, refuse func(*program) *program) sum {
			out := dialed(t, "tcp", "127.0.0.1:0")
			return refuse(bpcopy(t, "-q", src.path, out.operand)).serve(end{}, out, nil)
		},
		"fifo to file": func(t *testing.T, refuse func(*program) *program) sum {
			dir := t.TempDir()
			in, dst := fifoEnd(t, dir, true), filepath.Join(dir, "dst")
			refuse(bpcopy(t, "-q", in.operand, dst)).serve(in, end{}, from(src.path))
			return sumFile(t, dst)
		},
	}
	for _, call := range refusals() {
		for _, errno := range call.errors() {
			for name, shape := range shapes {
				t.Run(fmt.Sprint(call.name, " ", unix.ErrnoName(errno), " ", name), func(t *testing.T) {
					t.Parallel()
					got := shape(t, func(p *program) *program { return refusing(t, p, errno, call) })
					if got != src.sum {
						t.Errorf("%d bytes, sha256 %x; want %d, %x", got.size, got.sha256, src.sum.size, src.sum.sha256)
					}
				})
			}
		}
	}
}

// TestRefusedSpliceIsTold: the summary names what carried the bytes, and who wants
// the kernel's conduit and nothing else hears why there is none.
func TestRefusedSpliceIsTold(t *testing.T) {
	needRefusals(t)
	splice := refusals()[0]
	dir := folder(t, map[string]string{"src": "data"})
	for _, tt := range []struct {
		flags []string
		code  int
		want  string
		name  string // of the conduit
	}{
		{[]string{"--conduit=auto"}, 0, "", "memory"},
		{[]string{"--conduit=kernel"}, 1, `read source "src": the kernel conduit does not work with it: splice: operation not permitted`, "kernel"},
	} {
		p := refusing(t, bpcopy(t, append(tt.flags, "-H4K", "-c4K", "--read-ahead=4K", "-q", "--json=report", "src", "dst")...), unix.EPERM, splice)
		p.Dir = dir
		p.want(tt.code, tt.want)
		var report struct{ Conduit string }
		content, err := os.ReadFile(filepath.Join(dir, "report"))
		if err == nil {
			err = json.Unmarshal(content, &report)
		}
		if err != nil || report.Conduit != tt.name {
			t.Errorf("%q: conduit %q, %v; want %q", tt.flags, report.Conduit, err, tt.name)
		}
	}
}

// TestRealFailuresWithoutSplice: what read(2) and write(2) meet is what is told.
func TestRealFailuresWithoutSplice(t *testing.T) {
	needRefusals(t)
	splice := refusals()[0]
	src := newSample(t, t.TempDir(), "src", 1<<20)
	in := pipeEnd(t, "", true)
	p := refusing(t, bpcopy(t, "-q", "-", "/dev/full"), unix.EPERM, splice)
	p.Stdin = in.stdio
	p.start()
	in.stdio.Close()
	if err := in.with(p, func(w io.ReadWriter) error { _, err := io.WriteString(w, "data"); return err }); err != nil {
		t.Fatal(err)
	}
	p.want(1, `write destination "/dev/full": no space left on device`)

	out := dialed(t, "tcp", "127.0.0.1:0")
	p = refusing(t, bpcopy(t, "-q", "--consumer=unlimited for 64KiB; stall for 50ms; unlimited", src.path, out.operand), unix.EPERM, splice).start()
	if err := out.with(p, func(peer io.ReadWriter) error {
		_, err := io.ReadFull(peer, make([]byte, 1))
		return errors.Join(err, peer.(*net.TCPConn).SetLinger(0))
	}); err != nil {
		t.Fatal(err)
	}
	p.want(1, `write destination "`+out.operand+`": connection reset by peer`)
}

func needRefusals(t *testing.T) {
	t.Helper()
	if p := refusing(t, command(t, "/bin/true"), unix.EPERM, refusals()[0]); p.end() != 0 {
		t.Skipf("seccomp cannot be used: %s", p.stderr.String())
	}
}
