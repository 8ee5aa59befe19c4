//go:build unix

package endpoint

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func TestDestNewFile(t *testing.T) {
	checkLeaks(t)
	defer unix.Umask(unix.Umask(0o027))
	dir := t.TempDir()
	d := readyDest(t, dir+"/out", nil, DestOptions{})
	if d.Name() != "out" || d.Kind() != KindRegular || d.appending {
		t.Errorf("Name(), Kind(), appending = %q, %v, %v; want out, regular file, false", d.Name(), d.Kind(), d.appending)
	}
	write(t, d, "hel")
	if n, err := d.Write([]byte("lo all")); n != 6 || err != nil {
		t.Errorf("Write() = %d, %v; want 6, nil", n, err)
	}
	if _, err := os.Stat(dir + "/out"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Stat(out) before Commit = %v; want %v", err, fs.ErrNotExist)
	}
	commit(t, d)
	if err := d.Abort(); err != nil {
		t.Errorf("Abort() after Commit = %v; want nil", err)
	}
	wantFile(t, dir+"/out", "hello all")
	wantMode(t, dir+"/out", 0o640)
	wantNames(t, dir, "out")
}

func wantMode(t *testing.T, path string, want fs.FileMode) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil || info.Mode() != want {
		t.Errorf("Stat(%q).Mode() = %v, %v; want %v, nil", path, info.Mode(), err, want)
	}
}

func TestDestReplace(t *testing.T) {
	dir := t.TempDir()
	for _, mode := range []fs.FileMode{0o600, 0o664, 0o755 | fs.ModeSetuid} {
		writeFile(t, dir+"/out", "old contents", mode)
		os.Remove(dir + "/hard")
		os.Link(dir+"/out", dir+"/hard")
		d := readyDest(t, dir+"/out", nil, DestOptions{Fsync: true})
		write(t, d, "new")
		wantFile(t, dir+"/out", "old contents")
		commit(t, d)
		wantFile(t, dir+"/out", "new")
		wantFile(t, dir+"/hard", "old contents")
		wantMode(t, dir+"/out", mode)
		wantNames(t, dir, "hard", "out")
	}
}

func TestDestReplaceKeepsOwner(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can give files away")
	}
	dir := t.TempDir()
	writeFile(t, dir+"/out", "old", 0o640)
	os.Chown(dir+"/out", 65534, 1)
	d := readyDest(t, dir+"/out", nil, DestOptions{})
	commit(t, d)
	info, _ := os.Stat(dir + "/out")
	if st := info.Sys().(*syscall.Stat_t); st.Uid != 65534 || st.Gid != 1 {
		t.Errorf("owner after Commit = %d:%d; want 65534:1", st.Uid, st.Gid)
	}
}

func TestDestAbort(t *testing.T) {
	checkLeaks(t)
	dir := t.TempDir()
	writeFile(t, dir+"/old", "old", 0o644)
	for _, name := range []string{"old", "new"} {
		d := readyDest(t, dir+"/"+name, nil, DestOptions{})
		write(t, d, "half")
		for range 2 {
			if err := d.Abort(); err != nil {
				t.Errorf("Abort() = %v; want nil", err)
			}
		}
		if err := d.Commit(t.Context()); err == nil {
			t.Error("Commit() after Abort = nil; want an error")
		}
	}
	wantFile(t, dir+"/old", "old")
	wantNames(t, dir, "old")
}

func TestDestCommitAfterCancel(t *testing.T) {
	dir := t.TempDir()
	d := readyDest(t, dir+"/out", nil, DestOptions{})
	d.Cancel()
	if n, err := d.Write([]byte("x")); n != 0 || err == nil {
		t.Errorf("Write() after Cancel = %d, %v; want 0 and an error", n, err)
	}
	if err := d.Commit(t.Context()); err == nil {
		t.Error("Commit() after Cancel = nil; want an error")
	}
	wantNames(t, dir)
}

func TestDestSymlinks(t *testing.T) {
	dir := t.TempDir()
	os.MkdirAll(dir+"/real/deep", 0o755)
	os.Symlink(dir+"/real/deep", dir+"/short")
	tests := []struct{ link, target, file string }{
		{dir + "/plain", "file1", dir + "/file1"},
		{dir + "/absolute", dir + "/real/file2", dir + "/real/file2"},
		{dir + "/short/up", "../file3", dir + "/real/file3"}, // beside deep, and not beside short
		{dir + "/twice", "plain", dir + "/file1"},
	}
	for _, test := range tests {
		os.Symlink(test.target, test.link)
		_, err := OpenDest(t.Context(), operand(t, test.link), nil, DestOptions{})
		if _, err := os.Stat(test.file); err != nil {
			writeFile(t, test.file, "old", 0o644)
		}
		if end := test.target; !strings.HasSuffix(test.link, "twice") {
			if !filepath.IsAbs(end) {
				end = filepath.Dir(test.link) + "/" + end
			}
			wantError(t, "OpenDest("+test.link+")", err, "open destination "+strconv.Quote(test.link)+": is a symbolic link to nothing",
				"the link leads to "+strconv.Quote(end)+": create that, remove the link, or name another destination")
		}
		d := readyDest(t, test.link, nil, DestOptions{})
		write(t, d, "replaced")
		commit(t, d)
		wantFile(t, test.file, "replaced")
		if target, err := os.Readlink(test.link); target != test.target {
			t.Errorf("Readlink(%q) = %q, %v; want %q", test.link, target, err, test.target)
		}
	}
	wantNames(t, dir, "absolute", "file1", "plain", "real", "short", "twice")
	wantNames(t, dir+"/real", "deep", "file2", "file3")
}

// The file that appears while we copy is not replaced either.
func TestDestNoClobberAtCommit(t *testing.T) {
	t.Chdir(t.TempDir())
	d := readyDest(t, "out", nil, DestOptions{NoClobber: true})
	write(t, d, "ours")
	writeFile(t, "out", "theirs", 0o644)
	wantError(t, "Commit()", d.Commit(t.Context()), `rename to destination "out": file exists`, "")
	wantFile(t, "out", "theirs")
	wantNames(t, ".", "out")

	os.Remove("out")
	d = readyDest(t, "out", nil, DestOptions{NoClobber: true})
	write(t, d, "ours")
	commit(t, d)
	wantFile(t, "out", "ours")
	wantNames(t, ".", "out")
}

// One that appears while we copy is replaced if replacing is what we do.
func TestDestAppearsMeanwhile(t *testing.T) {
	t.Chdir(t.TempDir())
	d := readyDest(t, "out", nil, DestOptions{})
	write(t, d, "ours")
	writeFile(t, "out", "theirs", 0o644)
	commit(t, d)
	wantFile(t, "out", "ours")
	wantNames(t, ".", "out")
}

// The ways to take a free name, each of which some file system lacks.
func TestTakeByEmptyFile(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFile(t, "taken", "theirs", 0o644)
	for _, test := range []struct {
		name string
		want error
	}{{"taken", fs.ErrExist}, {"free", nil}} {
		r := &replacement{final: test.name}
		var err error
		if r.folder, err = openFolder(test.name, toPlace); err != nil {
			t.Fatal(err)
		}
		if err := r.createNamed(0o644); err != nil {
			t.Fatal(err)
		}
		r.file.WriteString("ours")
		r.file.Close()
		if err := r.takeByEmptyFile(); !errors.Is(err, test.want) {
			t.Errorf("takeByEmptyFile() for %s = %v; want %v", test.name, err, test.want)
		}
		if test.want != nil {
			r.folder.remove(r.temp)
		}
		r.folder.close()
	}
	wantFile(t, "taken", "theirs")
	wantFile(t, "free", "ours")
	wantNames(t, ".", "free", "taken")
}

func TestDestRenameFails(t *testing.T) {
	t.Chdir(t.TempDir())
	d := readyDest(t, "out", nil, DestOptions{})
	os.Mkdir("out", 0o755)
	wantError(t, "Commit()", d.Commit(t.Context()), `rename to destination "out": is a directory`, "")
	wantNames(t, ".", "out")
}

func TestDestTemporaryName(t *testing.T) {
	dir := t.TempDir()
	for _, test := range []struct{ name, want string }{
		{"a.img", ".a.img.bpcopy-"},
		{strings.Repeat("n", 255), "." + strings.Repeat("n", 238) + ".bpcopy-"},
		{strings.Repeat("é", 127), "." + strings.Repeat("é", 119) + ".bpcopy-"},
		{"n" + strings.Repeat("é", 127), ".n" + strings.Repeat("é", 118) + ".bpcopy-"},
	} {
		r := &replacement{final: test.name}
		var err error
		if r.folder, err = openFolder(filepath.Join(dir, test.name), toPlace); err != nil {
			t.Fatal(err)
		}
		if err := r.createNamed(0o600); err != nil {
			t.Fatalf("createNamed() for %q: %v", test.name, err)
		}
		if !strings.HasPrefix(r.temp, test.want) || len(r.temp) != len(test.want)+8 {
			t.Errorf("temporary name for %q = %q; want %q and 8 digits", test.name, r.temp, test.want)
		}
		r.file.Close()
		if err := r.discard(); err != nil {
			t.Errorf("discard() = %v; want nil", err)
		}
	}
	wantNames(t, dir)
}
