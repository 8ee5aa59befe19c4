package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// asNobody makes the program, which is the test binary, run without any privilege.
func (p *program) asNobody() *program {
	p.t.Helper()
	if os.Geteuid() == 0 {
		p.as(nobody)
	}
	return p
}

// as makes the program, which is the test binary, run as that user. The test is root's.
func (p *program) as(user uint32) *program {
	p.t.Helper()
	p.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: user, Gid: user}}
	if err := os.Chmod(p.Path, 0o755); err != nil { // the umask may have made it ours alone
		p.t.Fatal(err)
	}
	p.Path = "/proc/self/exe" // its folder is ours alone
	return p
}

// TestPermissions: what an unprivileged user may not do.
func TestPermissions(t *testing.T) {
	files := map[string]string{"src": "new", "dst": "old", "secret": "new", "open": "old"}
	for _, tt := range []struct {
		src, dst  string
		want      string
		wantHint  bool
		moreFlags []string
	}{
		{"secret", "dst", `open source "secret": permission denied`, false, nil},
		{"src", "dst", `open destination "dst": permission denied`, false, nil},
		{"src", "dst", `open destination "dst": permission denied`, false, []string{"--append"}},
		{"src", "new", `open destination "new": permission denied`, false, nil},
		{"src", "open", `open destination "open": permission denied`, true, nil},
	} {
		dir := folder(t, files)
		for name, mode := range map[string]os.FileMode{"..": 0o755, ".": 0o555, "dst": 0o444, "secret": 0o200, "open": 0o666} {
			if err := os.Chmod(filepath.Join(dir, name), mode); err != nil {
				t.Fatal(err)
			}
		}
		p := bpcopy(t, append(tt.moreFlags, tt.src, tt.dst)...).asNobody()
		p.Dir = dir
		p.want(1, tt.want)
		if hint := strings.Contains(p.stderr.String(), "bpcopy: hint: a file is replaced by renaming"); hint != tt.wantHint {
			t.Errorf("%q wrote\n%swant a hint: %v", p.Args, p.stderr.String(), tt.wantHint)
		}
		// So that whoever runs the test may read and remove them.
		os.Chmod(dir, 0o755)
		os.Chmod(filepath.Join(dir, "secret"), 0o600)
		wantFolder(t, dir, files)
	}
}

// tmpfs mounts a file system of 1 MiB that this test alone sees.
func tmpfs(t *testing.T) (dir string) {
	t.Helper()
	runtime.LockOSThread() // for good: the thread has mounts of its own, and so have programs started from it
	if err := unix.Unshare(unix.CLONE_NEWNS); err != nil {
		t.Skipf("unshare: %v", err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		t.Skipf("make mounts private: %v", err)
	}
	dir = t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=1M"); err != nil {
		t.Skipf("mount: %v", err)
	}
	t.Cleanup(func() { unix.Unmount(dir, unix.MNT_DETACH) })
	return dir
}

// TestFullDisk: what does not fit is an error in mid-copy.
func TestFullDisk(t *testing.T) {
	src := newSample(t, t.TempDir(), "src", 2<<20)
	dir := tmpfs(t)
	want := make(map[string]string)
	for _, flags := range [][]string{nil, {"--conduit=memory"}, {"--no-clobber"}} {
		p := bpcopy(t, append(flags, src.path, "dst")...)
		p.Dir = dir
		p.want(1, `write destination "dst": no space left on device`)
		wantFolder(t, dir, want)
	}
	want["dst"] = "old"
	if err := os.WriteFile(filepath.Join(dir, "dst"), []byte("old"), 0o666); err != nil {
		t.Fatal(err)
	}
	p := bpcopy(t, src.path, "dst")
	p.Dir = dir
	p.want(1, `write destination "dst": no space left on device`)
	wantFolder(t, dir, want)

	stdout, err := os.Create(filepath.Join(dir, "stdout"))
	if err != nil {
		t.Fatal(err)
	}
	defer stdout.Close()
	p = bpcopy(t, src.path, "-")
	p.Stdout = stdout
	p.want(1, `write destination "-": no space left on device`)
}

// TestReadOnlyDisk: nothing can be replaced, added to or created.
func TestReadOnlyDisk(t *testing.T) {
	src := newSample(t, t.TempDir(), "src", 10)
	dir := tmpfs(t)
	if err := os.WriteFile(filepath.Join(dir, "dst"), []byte("old"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("", dir, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ dst, flag string }{
		{"dst", "--fsync"}, {"dst", "--append"}, {"dst", "--preserve"}, {"new", "--no-clobber"}, {"new", "--append"},
	} {
		p := bpcopy(t, tt.flag, src.path, tt.dst)
		p.Dir = dir
		p.want(1, fmt.Sprintf("open destination %q: read-only file system", tt.dst))
	}
	wantFolder(t, dir, map[string]string{"dst": "old"})
}
