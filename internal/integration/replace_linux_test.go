package integration

import (
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// The users and groups of these tests.
const (
	daemon = 1
	nobody = 65534
)

// An acl is a POSIX ACL as the kernel stores it: here with a user and what he may.
func acl(owner, user, userMay, group, mask, others uint16) []byte {
	b := binary.LittleEndian.AppendUint32(nil, 2)
	for _, entry := range []struct {
		tag, perm uint16
		id        uint32
	}{{0x01, owner, ^uint32(0)}, {0x02, userMay, uint32(user)}, {0x04, group, ^uint32(0)}, {0x10, mask, ^uint32(0)}, {0x20, others, ^uint32(0)}} {
		b = binary.LittleEndian.AppendUint16(b, entry.tag)
		b = binary.LittleEndian.AppendUint16(b, entry.perm)
		b = binary.LittleEndian.AppendUint32(b, entry.id)
	}
	return b
}

const posixACL = "system.posix_acl_access"

// setAttributes sets extended attributes, or skips the test where there are none.
func setAttributes(t *testing.T, path string, attributes map[string]string) {
	t.Helper()
	for name, value := range attributes {
		if err := unix.Setxattr(path, name, []byte(value), 0); err != nil {
			t.Skipf("set %s: %v", name, err)
		}
	}
}

// wantAttributes wants these attributes to have these values; "" is for none.
func wantAttributes(t *testing.T, path string, attributes map[string]string) {
	t.Helper()
	for name, want := range attributes {
		b := make([]byte, 1024)
		n, err := unix.Getxattr(path, name, b)
		if got := string(b[:max(n, 0)]); got != want || err != nil && want != "" {
			t.Errorf("%s of %s = %q, %v; want %q", name, path, got, err, want)
		}
	}
}

// look is what ls -n shows of a file before its size.
func look(t *testing.T, path string) string {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	st := info.Sys().(*syscall.Stat_t)
	return fmt.Sprintf("%v %d:%d", info.Mode(), st.Uid, st.Gid)
}

// needRoot is for tests with files of several users.
func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root: there are files of several users")
	}
}

func chmod(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func chown(t *testing.T, path string, user, group int) {
	t.Helper()
	if err := os.Chown(path, user, group); err != nil {
		t.Fatal(err)
	}
}

// TestReplacedKeeps: a replaced file keeps mode, owner, group, ACL and attributes,
// whichever way it is replaced, and those of its source are none of its business.
func TestReplacedKeeps(t *testing.T) {
	for _, flags := range []string{"-q", "-q --fsync", "-q --in-place", "-q --conduit=memory"} {
		dir := folder(t, map[string]string{"src": "new", "dst": "old contents"})
		src, dst := filepath.Join(dir, "src"), filepath.Join(dir, "dst")
		if os.Geteuid() == 0 {
			chown(t, dst, daemon, nobody)
		}
		chmod(t, src, 0o755)
		setAttributes(t, src, map[string]string{"user.source": "yes"})
		kept := map[string]string{posixACL: string(acl(6, 2, 6, 0, 6, 0)), "user.note": "mine"}
		setAttributes(t, dst, kept)
		before := look(t, dst)
		p := bpcopy(t, append(strings.Fields(flags), "src", "dst")...)
		p.Dir = dir
		p.want(0, "")
		if after := look(t, dst); after != before {
			t.Errorf("%s: dst is %s; want %s", flags, after, before)
		}
		kept["user.source"] = ""
		wantAttributes(t, dst, kept)
		wantFolder(t, dir, map[string]string{"src": "new", "dst": "new"})
	}
}

// TestReplacedHasNoMore: what the folder gives to new files is not added to a file that
// had nothing of it, and the elevated bits go with the bytes.
func TestReplacedHasNoMore(t *testing.T) {
	dir := folder(t, map[string]string{"src": "new", "dst": "old"})
	dst := filepath.Join(dir, "dst")
	setAttributes(t, dir, map[string]string{"system.posix_acl_default": string(acl(7, 2, 7, 7, 7, 0))})
	chmod(t, dst, 0o640)
	p := bpcopy(t, "-q", "src", "dst")
	p.Dir = dir
	p.want(0, "")
	wantAttributes(t, dst, map[string]string{posixACL: ""})
	if got := look(t, dst); !strings.HasPrefix(got, "-rw-r----- ") {
		t.Errorf("dst is %s; want -rw-r-----", got)
	}
}

// TestNewLikeSource: a new file is for nobody that its source is not for.
func TestNewLikeSource(t *testing.T) {
	dir := folder(t, map[string]string{"src": "data"})
	src := filepath.Join(dir, "src")
	for _, tt := range []struct {
		mode  os.FileMode
		acl   []byte
		umask string
		want  string
	}{
		{0o600, nil, "022", "-rw-------"},
		{0o755, nil, "022", "-rwxr-xr-x"},
		{0o755, nil, "077", "-rwx------"},
		{0o666, nil, "000", "-rw-rw-rw-"},
		{0o444, nil, "022", "-r--r--r--"},
		{0o4755, nil, "022", "-rwxr-xr-x"},
		{0o600, acl(6, 2, 6, 0, 6, 0), "022", "-rw-------"}, // the mask is not what the group may
		{0o600, acl(6, 2, 6, 6, 4, 4), "002", "-rw-r--r--"},
	} {
		os.Remove(filepath.Join(dir, "new"))
		unix.Removexattr(src, posixACL)
		if err := unix.Chmod(src, uint32(tt.mode)); err != nil {
			t.Fatal(err)
		}
		if tt.acl != nil {
			setAttributes(t, src, map[string]string{posixACL: string(tt.acl)})
		}
		p := command(t, "sh", "-c", "umask "+tt.umask+`; exec bpcopy -q src new`)
		p.Dir = dir
		p.want(0, "")
		if got := look(t, filepath.Join(dir, "new")); !strings.HasPrefix(got, tt.want+" ") {
			t.Errorf("of a source of %o with the umask %s, new is %s; want %s", tt.mode, tt.umask, got, tt.want)
		}
	}
}

// TestPreserve: mode, times, ACL, attributes and, for root, owner are the source's, be it
// a file, standard input or a FIFO.
func TestPreserve(t *testing.T) {
	for _, tt := range []struct{ flags, before string }{
		{"-q -p", ""}, {"-q -p", "old"}, {"-q -p --fsync", "old"}, {"-q -p --in-place", "old and longer"},
	} {
		dir := folder(t, map[string]string{"src": "new"})
		src, dst := filepath.Join(dir, "src"), filepath.Join(dir, "dst")
		if tt.before != "" {
			if err := os.WriteFile(dst, []byte(tt.before), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if os.Geteuid() == 0 {
			chown(t, src, daemon, nobody)
		}
		attributes := map[string]string{posixACL: string(acl(6, 2, 4, 0, 4, 0)), "user.note": "theirs"}
		setAttributes(t, src, attributes)
		then := time.Unix(1_000_000_000, 500_000_000)
		if err := os.Chtimes(src, then, then); err != nil {
			t.Fatal(err)
		}
		p := bpcopy(t, append(strings.Fields(tt.flags), "src", "dst")...)
		p.Dir = dir
		p.want(0, "")
		wantAttributes(t, dst, attributes)
		if got, want := look(t, dst), look(t, src); got != want {
			t.Errorf("%s: dst is %s; want %s", tt.flags, got, want)
		}
		if info, err := os.Stat(dst); err != nil || !info.ModTime().Equal(then) {
			t.Errorf("%s: dst was written at %v, %v; want %v", tt.flags, info.ModTime(), err, then)
		}
		wantFolder(t, dir, map[string]string{"src": "new", "dst": "new"})
	}
}

// TestOwnerCannotBeKept: rather than make somebody's file ours, or another group's, the
// copy fails before anything has moved.
func TestOwnerCannotBeKept(t *testing.T) {
	needRoot(t)
	for _, tt := range []struct {
		user, group int
		flags       string
		want        string
	}{
		{daemon, nobody, "", "set the owner of"},
		{nobody, daemon, "", "set the group of"},
		{nobody, daemon, "-p", "set the group of"},
		{daemon, daemon, "--fsync", "set the owner of"},
	} {
		files := map[string]string{"src": "new", "dst": "old"}
		dir := folder(t, files)
		dst := filepath.Join(dir, "dst")
		for name, mode := range map[string]os.FileMode{"..": 0o755, ".": 0o777, "src": 0o644, "dst": 0o666} {
			chmod(t, filepath.Join(dir, name), mode)
		}
		chown(t, dst, tt.user, tt.group)
		p := bpcopy(t, append(strings.Fields(tt.flags), "-q", "src", "dst")...).asNobody()
		p.Dir = dir
		p.want(1, tt.want+` destination "dst": operation not permitted`)
		if !strings.Contains(p.stderr.String(), "bpcopy: hint: the new file must have it, too; --in-place writes into") {
			t.Errorf("%q wrote\n%swant a hint at --in-place", p.Args, p.stderr.String())
		}
		wantFolder(t, dir, files)

		p = bpcopy(t, "-q", "--in-place", "src", "dst").asNobody()
		p.Dir = dir
		p.want(0, "")
		files["dst"] = "new"
		wantFolder(t, dir, files)
		if got, want := look(t, dst), fmt.Sprintf("-rw-rw-rw- %d:%d", tt.user, tt.group); got != want {
			t.Errorf("in place, dst is %s; want %s", got, want)
		}
	}
}

// TestCannotBeReplaced: what cannot be renamed over is known before a byte is read, and
// --in-place writes it.
func TestCannotBeReplaced(t *testing.T) {
	needRoot(t)
	const hint = "bpcopy: hint: --in-place writes into the existing file instead of replacing it\n"
	setMark := func(mark string) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			if out, err := exec.Command("chattr", "+"+mark, path).CombinedOutput(); err != nil {
				t.Skipf("chattr: %v: %s", err, out)
			}
			t.Cleanup(func() { exec.Command("chattr", "-"+mark, path).Run() })
		}
	}
	for _, tt := range []struct {
		name   string
		setUp  func(t *testing.T, dst string)
		want   string
		hint   string
		nobody bool
	}{
		{name: "mount point", setUp: func(t *testing.T, dst string) {
			if err := unix.Mount(dst, dst, "", unix.MS_BIND, ""); err != nil {
				t.Skipf("mount: %v", err)
			}
			t.Cleanup(func() { unix.Unmount(dst, unix.MNT_DETACH) })
		}, want: "is a mount point and cannot be replaced", hint: hint},
		{name: "folder that lets no file go", setUp: func(t *testing.T, dst string) { setMark("a")(t, filepath.Dir(dst)) },
			want: "cannot be replaced: its folder lets no file go", hint: hint},
		{name: "sticky folder", setUp: func(t *testing.T, dst string) {
			chmod(t, filepath.Dir(dst), 0o777|os.ModeSticky)
			chmod(t, dst, 0o666)
		}, want: "cannot be replaced: it belongs to somebody else, in a sticky folder", hint: hint, nobody: true},
		{name: "folder that may not be written", setUp: func(t *testing.T, dst string) { chmod(t, dst, 0o666) },
			want: "permission denied", hint: "bpcopy: hint: a file is replaced by renaming a new one, so its folder must be writable; " +
				"--in-place writes into the existing file instead of replacing it\n", nobody: true},
		{name: "immutable", setUp: setMark("i"), want: "is immutable"},
		{name: "append-only", setUp: setMark("a"), want: "may only be appended to", hint: "bpcopy: hint: --append adds to it\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := map[string]string{"dst": "old"}
			dir := folder(t, files)
			chmod(t, filepath.Dir(dir), 0o755)
			chmod(t, dir, 0o755)
			fifo := filepath.Join(t.TempDir(), "fifo") // whose writer would see that something was read
			if err := unix.Mkfifo(fifo, 0o644); err != nil {
				t.Fatal(err)
			}
			tt.setUp(t, filepath.Join(dir, "dst"))
			run := func(src string, flags ...string) *program {
				p := bpcopy(t, append(flags, "-q", src, "dst")...)
				if tt.nobody {
					p.asNobody()
				}
				p.Dir = dir
				return p
			}
			p := run("/dev/zero")
			p.want(1, `open destination "dst": `+tt.want)
			if got := p.stderr.String(); !strings.HasSuffix(got, tt.want+"\n"+tt.hint) {
				t.Errorf("it wrote\n%swant the hint %q", got, tt.hint)
			}
			wantFolder(t, dir, files)
			if strings.Contains(tt.hint, "--in-place") {
				run("/proc/version", "--in-place").want(0, "")
				version, err := os.ReadFile("/proc/version")
				if err != nil {
					t.Fatal(err)
				}
				wantFolder(t, dir, map[string]string{"dst": string(version)})
			}
		})
	}
}

// TestNoRoomForTwo: where the new file does not fit beside the old one, nothing is begun.
func TestNoRoomForTwo(t *testing.T) {
	src := newSample(t, t.TempDir(), "src", 700<<10)
	dir := tmpfs(t)
	old := strings.Repeat("o", 600<<10)
	if err := os.WriteFile(filepath.Join(dir, "dst"), []byte(old), 0o644); err != nil {
		t.Fatal(err)
	}
	p := bpcopy(t, "-q", src.path, "dst")
	p.Dir = dir
	p.want(1, `write destination "dst": no space left on device`)
	if !strings.Contains(p.stderr.String(), "bpcopy: hint: the new file is written beside the old one, and there is no room for both; --in-place") {
		t.Errorf("it wrote\n%swant a hint at --in-place", p.stderr.String())
	}
	wantFolder(t, dir, map[string]string{"dst": old})
	p = bpcopy(t, "-q", "--in-place", src.path, "dst")
	p.Dir = dir
	p.want(0, "")
	if got := sumFile(t, filepath.Join(dir, "dst")); got != src.sum {
		t.Errorf("in place came %d bytes; want %d", got.size, src.sum.size)
	}
}

// TestPseudoFilesInPlace: files that the kernel makes up are written by themselves.
func TestPseudoFilesInPlace(t *testing.T) {
	dir := folder(t, map[string]string{"src": "777"})
	p := command(t, "sh", "-c", `bpcopy -q src /proc/$$/oom_score_adj && bpcopy -q /proc/$$/oom_score_adj read`)
	p.Dir = dir
	p.want(0, "")
	chmod(t, filepath.Join(dir, "read"), 0o644)
	wantFolder(t, dir, map[string]string{"src": "777", "read": "777\n"})
}

// TestRunningProgramReplaced: a program that runs can be replaced, as with a package manager.
func TestRunningProgramReplaced(t *testing.T) {
	dir := folder(t, map[string]string{"src": "new"})
	sleep, err := exec.LookPath("sleep")
	if err != nil {
		t.Skip(err)
	}
	if out, err := exec.Command("cp", sleep, filepath.Join(dir, "prog")).CombinedOutput(); err != nil {
		t.Fatalf("cp: %v: %s", err, out)
	}
	running := command(t, filepath.Join(dir, "prog"), "1000").start()
	p := bpcopy(t, "-q", "src", "prog")
	p.Dir = dir
	p.want(0, "")
	wantFolder(t, dir, map[string]string{"src": "new", "prog": "new"})
	running.Process.Kill()
	running.Wait()
}
