package endpoint

import (
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// asNobody runs op without the privileges of root over files. The thread that lost them is not used again.
func asNobody(t *testing.T, op func()) {
	t.Helper()
	if os.Getuid() != 0 {
		op()
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // never unlocked
		unix.Setfsgid(65534)
		unix.Setfsuid(65534)
		op()
	}()
	<-done
}

// openDir makes a directory that everybody may enter and write.
func openDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestPermissions(t *testing.T) {
	t.Chdir(openDir(t))
	os.Mkdir("closed", 0o755)
	writeFile(t, "closed/open", "old", 0o666)
	writeFile(t, "secret", "old", 0)
	writeFile(t, "readonly", "old", 0o444)
	if err := os.Chmod("closed", 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod("closed", 0o755) }) // for its removal
	unix.Mkfifo("fifo", 0)
	asNobody(t, func() {
		_, err := OpenSource(t.Context(), operand(t, "secret"), SourceOptions{})
		wantError(t, "OpenSource(secret)", err, `open source "secret": permission denied`, "")
		for _, test := range []struct{ operand, hint string }{
			{"readonly", ""},
			{"closed/new", ""},
			{"closed/open", "a file is replaced by renaming a new one, so its folder must be writable"},
		} {
			_, err := OpenDest(t.Context(), operand(t, test.operand), nil, DestOptions{})
			wantError(t, "OpenDest("+test.operand+")", err, `open destination "`+test.operand+`": permission denied`, test.hint)
		}
		d, err := OpenDest(t.Context(), operand(t, "fifo"), nil, DestOptions{})
		if err == nil {
			err = d.Ready(t.Context())
		}
		wantError(t, "opening fifo", err, `open destination "fifo": permission denied`, "")
		d, err = OpenDest(t.Context(), operand(t, "closed/open"), nil, DestOptions{Append: true})
		if err != nil {
			t.Errorf("OpenDest(closed/open, append) = %v; want nil", err)
			return
		}
		if err := d.Commit(t.Context()); err != nil {
			t.Errorf("Commit() = %v; want nil", err)
		}
	})
	wantNames(t, ".", "closed", "fifo", "readonly", "secret")
	wantNames(t, "closed", "open")
}

// A file we may write but do not own becomes ours, without the bits that would make others act as us.
func TestReplaceOthersFile(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs a file of somebody else")
	}
	t.Chdir(openDir(t))
	writeFile(t, "out", "old", 0o766|os.ModeSetuid)
	asNobody(t, func() {
		d, err := OpenDest(t.Context(), operand(t, "out"), nil, DestOptions{})
		if err != nil {
			t.Errorf("OpenDest(out) = %v; want nil", err)
			return
		}
		if err := d.Commit(t.Context()); err != nil {
			t.Errorf("Commit() = %v; want nil", err)
		}
	})
	wantMode(t, "out", 0o766)
}

func TestDestRunningProgram(t *testing.T) {
	const program = "/proc/self/exe"
	if unix.Access(program, unix.W_OK) == unix.EACCES {
		t.Skip("the test binary is somebody else's")
	}
	_, err := OpenDest(t.Context(), operand(t, program), nil, DestOptions{})
	wantError(t, "OpenDest(own program)", err, `open destination "/proc/self/exe": text file busy`, "")
}

func TestDestFileWithoutName(t *testing.T) {
	path := filepath.Join(t.TempDir(), "gone")
	stdout, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer stdout.Close()
	writeFile(t, path+" (deleted)", "innocent", 0o644)
	os.Remove(path)
	name := "/proc/self/fd/" + strconv.Itoa(int(stdout.Fd()))
	_, err = OpenDest(t.Context(), operand(t, name), nil, DestOptions{})
	wantError(t, "OpenDest(deleted)", err, `open destination "`+name+`": cannot be replaced: its name stands for another file`, "")
	wantFile(t, path+" (deleted)", "innocent")
}

func TestPseudoFileSizeUnknown(t *testing.T) {
	for _, path := range []string{"/proc/self/status", "/sys/kernel/mm/transparent_hugepage/enabled"} {
		if _, err := os.Stat(path); err != nil {
			continue
		}
		if size, known := openSource(t, path, SourceOptions{}).Size(); known {
			t.Errorf("Size() of %s = %d, true; want unknown", path, size)
		}
	}
}

func TestReadError(t *testing.T) {
	src := readySource(t, "/proc/self/mem", SourceOptions{}) // nothing is mapped at address zero
	_, err := src.Read(make([]byte, 1))
	wantError(t, "Read()", err, `read source "/proc/self/mem": input/output error`, "")
}
