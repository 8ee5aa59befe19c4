package endpoint

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// asNobody runs op without the privileges of root over files. The thread that
// lost them is not used again.
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
			{"closed/open", "a file is replaced by renaming a new one, so its folder must be writable; " + inPlaceHint},
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

// A file we may write but do not own stays that of its owner: it is written in
// place or not at all.
func TestReplaceOthersFile(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs a file of somebody else")
	}
	t.Chdir(openDir(t))
	for _, test := range []struct {
		user, group int
		what        string
	}{{0, 0, "owner"}, {65534, 0, "group"}} {
		writeFile(t, "out", "old", 0o766)
		if err := os.Chown("out", test.user, test.group); err != nil {
			t.Fatal(err)
		}
		asNobody(t, func() {
			_, err := OpenDest(t.Context(), operand(t, "out"), nil, DestOptions{})
			wantError(t, "OpenDest(out)", err, "set the "+test.what+` of destination "out": operation not permitted`,
				"the new file must have it, too; "+inPlaceHint)
			d, err := OpenDest(t.Context(), operand(t, "out"), nil, DestOptions{InPlace: true})
			if err == nil {
				_, err = d.Write([]byte("n"))
			}
			if err == nil {
				err = d.Commit(t.Context())
			}
			if err != nil {
				t.Errorf("writing out in place: %v; want nil", err)
			}
		})
		wantFile(t, "out", "n")
		wantMode(t, "out", 0o766)
		wantNames(t, ".", "out")
		os.Remove("out")
	}
}

// TestDestOthersDescriptor: what another process has open is not taken away from it,
// whatever its name is.
func TestDestOthersDescriptor(t *testing.T) {
	for name, prepare := range map[string]func(path string){
		"named": func(string) {},
		"gone": func(path string) {
			writeFile(t, path+" (deleted)", "innocent", 0o644)
			os.Remove(path)
		},
	} {
		path := filepath.Join(t.TempDir(), name)
		file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o644)
		if err != nil {
			t.Fatal(err)
		}
		other := exec.Command("sleep", "60")
		other.Stdout = file
		if err := other.Start(); err != nil {
			t.Fatal(err)
		}
		prepare(path)
		theirs := "/proc/" + strconv.Itoa(other.Process.Pid) + "/fd/1"
		_, err = OpenDest(t.Context(), operand(t, theirs), nil, DestOptions{})
		wantError(t, "OpenDest("+name+")", err, `open destination "`+theirs+`": is what another process has open, and cannot be replaced`,
			"--append adds to it, --in-place writes it from its start")
		for _, opts := range []DestOptions{{Append: true}, {Append: true}, {InPlace: true}} {
			d := readyDest(t, theirs, nil, opts)
			write(t, d, "one")
			commit(t, d)
		}
		wantFile(t, theirs, "one")
		other.Process.Kill()
		other.Wait()
		file.Close()
	}
}

// TestDestOwnDescriptor: what we have opened ourselves is no descriptor of the
// user's.
func TestDestOwnDescriptor(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "ours"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, folder := range []string{"/dev/fd/", "/proc/self/fd/", "/proc/thread-self/fd/"} {
		name := folder + strconv.Itoa(int(file.Fd()))
		_, err = OpenDest(t.Context(), operand(t, name), nil, DestOptions{})
		wantError(t, "OpenDest(own)", err, `open destination "`+name+`": no such file or directory`, "")
		_, err = OpenSource(t.Context(), operand(t, name), SourceOptions{})
		wantError(t, "OpenSource(own)", err, `open source "`+name+`": no such file or directory`, "")
	}
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
