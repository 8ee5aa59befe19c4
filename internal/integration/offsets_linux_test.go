package integration

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// An offsets is a copy of a part of src to a part of dst, and what it does not say.
type offsets struct {
	flags string
	old   int64 // size of dst; -1 if there is none
	skip  int64
	seek  int64
	count int64 // -1 is up to the end of src
}

// want returns what must be in dst, from what is in src and was in dst.
func (o offsets) want(src, old []byte) []byte {
	part := src[o.skip:]
	if o.count >= 0 {
		part = part[:o.count]
	}
	want := bytes.Clone(old)
	if missing := o.seek + int64(len(part)) - int64(len(want)); missing > 0 && len(part) > 0 {
		want = append(want, make([]byte, missing)...)
	}
	if len(part) > 0 {
		copy(want[o.seek:], part)
	}
	return want
}

// Bytes go from an offset to an offset, over every conduit, and whatever surrounds
// them stays. The sizes in the summary are those of the part.
func TestOffsets(t *testing.T) {
	t.Parallel()
	const size = 1 << 20
	for _, o := range []offsets{
		{skip: 0, seek: 0, old: size, count: 10},                // a new beginning
		{skip: 1, seek: 1, old: size, count: -1},                // in the midst of pages
		{skip: 4096, seek: 8192, old: size / 2, count: -1},      // from block to block, beyond the old end
		{skip: 700_001, seek: 13, old: 100_000, count: 5},       // little
		{skip: 10, seek: size + 4097, old: size, count: 70_000}, // behind a hole
		{skip: 999, seek: 5 << 20, old: 0, count: -1},           // in an empty file
		{skip: 999, seek: 5 << 20, old: -1, count: -1},          // in a new file
		{skip: size, seek: 5, old: 10, count: -1},               // nothing, at the end
		{skip: 7, seek: 5, old: 10, count: 0},                   // nothing, as is said
	} {
		for _, kind := range []string{"", "memory", "kernel", "range"} {
			o.flags = "--conduit=" + kind
			if kind == "" {
				o.flags = "--fsync"
			}
			t.Run(fmt.Sprintf("%+v", o), func(t *testing.T) {
				t.Parallel()
				o.check(t, size)
			})
		}
	}
}

func (o offsets) check(t *testing.T, size int64) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	src := holeyFile(t, path("src"), size, 1000, 600_000, size-10_000)
	var old []byte
	if o.old >= 0 {
		old = bytes.Repeat([]byte("old"), int(o.old))[:o.old]
		if err := os.WriteFile(path("dst"), old, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{o.flags, "-q", "--json", path("json"), "--in-place", fmt.Sprint("--skip=", o.skip), fmt.Sprint("--seek=", o.seek)}
	part := size - o.skip
	if o.count >= 0 {
		part = o.count
		args = append(args, fmt.Sprint("-S", o.count))
	}
	p := bpcopy(t, append(args, path("src"), path("dst"))...)
	if status := p.end(); status != 0 {
		t.Fatalf("status %d, %s", status, p.stderr.String())
	}
	want := o.want(src, old)
	if got, err := os.ReadFile(path("dst")); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes came out; want %d others, %v", len(got), len(want), err)
	}
	var summary struct {
		Source  struct{ Size int64 }
		Bytes   int64
		Conduit string
	}
	report, err := os.ReadFile(path("json"))
	if err == nil {
		err = json.Unmarshal(report, &summary)
	}
	if err != nil || summary.Source.Size != part || summary.Bytes != part || !strings.Contains(o.flags+"=", "="+summary.Conduit+"=") && strings.Contains(o.flags, "conduit") {
		t.Errorf("the summary is %s, %v; want %d bytes", report, err, part)
	}
	if hole := o.seek - max(o.old, 0); hole > 1<<20 && stored(t, path("dst")) > size+1<<16 {
		t.Errorf("dst takes %d bytes of the disk; want a hole of %d", stored(t, path("dst")), hole)
	}
}

// A part of a file keeps its holes, in a new file and behind the end of an old one.
func TestOffsetsKeepHoles(t *testing.T) {
	t.Parallel()
	if *conduit != "" {
		t.Skip("another conduit writes holes")
	}
	const size, skip = 8 << 20, 1 << 20
	for _, old := range []int64{-1, 0, 4096, 5000} {
		dir := t.TempDir()
		src, dst := filepath.Join(dir, "src"), filepath.Join(dir, "dst")
		want := holeyFile(t, src, size, 0, 3<<20)[skip:]
		if stored(t, src) > size/2 {
			t.Skip("the file system has no holes")
		}
		if old >= 0 {
			before := bytes.Repeat([]byte("x"), int(old))
			if err := os.WriteFile(dst, before, 0o600); err != nil {
				t.Fatal(err)
			}
			want = append(before, want...)
		}
		p := bpcopy(t, "-q", "--in-place", fmt.Sprint("--skip=", skip), fmt.Sprint("--seek=", max(old, 0)), src, dst)
		if status := p.end(); status != 0 {
			t.Fatalf("status %d, %s", status, p.stderr.String())
		}
		if got, err := os.ReadFile(dst); err != nil || !bytes.Equal(got, want) {
			t.Errorf("behind %d bytes: other bytes came out, %v", old, err)
		}
		if got := stored(t, dst); got > 100_000 {
			t.Errorf("behind %d bytes: takes %d bytes of the disk; want hardly more than 10000", old, got)
		}
	}
}

// Standard input that is a file is skipped from where it stands, and stands behind
// what was copied at the end.
func TestSkipStandardInput(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := filepath.Join(dir, "src")
	if err := os.WriteFile(name, []byte("0123456789abcdef"), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.Seek(2, 0); err != nil {
		t.Fatal(err)
	}
	p := bpcopy(t, "-q", "--skip", "3", "-S", "4", "-", "-")
	var out bytes.Buffer
	p.Stdin, p.Stdout = file, &out
	if status := p.end(); status != 0 || out.String() != "5678" {
		t.Errorf("status %d, %q; want 0, \"5678\": %s", status, out.String(), p.stderr.String())
	}
	if at, err := file.Seek(0, 1); err != nil || at != 9 {
		t.Errorf("it stands at %d, %v; want 9", at, err)
	}
}

// A disk has offsets as a file has.
func TestOffsetsOfDisks(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root can make a loop device")
	}
	dir := t.TempDir()
	image := filepath.Join(dir, "image")
	old := bytes.Repeat([]byte("0123456789abcdef"), 64<<10)
	if err := os.WriteFile(image, old, 0o600); err != nil {
		t.Fatal(err)
	}
	device, err := exec.Command("losetup", "--find", "--show", image).Output()
	if err != nil {
		t.Skipf("no loop device: %v", err)
	}
	disk := strings.TrimSpace(string(device))
	t.Cleanup(func() { exec.Command("losetup", "--detach", disk).Run() })
	if err := os.WriteFile(filepath.Join(dir, "new"), []byte("--NEW--"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := bpcopy(t, "-q", "--fsync", "--in-place", "--skip=2", "-S3", "--seek=1000", filepath.Join(dir, "new"), disk)
	if status := p.end(); status != 0 {
		t.Fatalf("to the disk: status %d, %s", status, p.stderr.String())
	}
	copy(old[1000:], "NEW")
	p = bpcopy(t, "-q", "--skip=999", disk, filepath.Join(dir, "part"))
	if status := p.end(); status != 0 {
		t.Fatalf("from the disk: status %d, %s", status, p.stderr.String())
	}
	if got, err := os.ReadFile(filepath.Join(dir, "part")); err != nil || !bytes.Equal(got, old[999:]) {
		t.Errorf("%d other bytes came out, %v; want %d", len(got), err, len(old)-999)
	}
	p = bpcopy(t, "-q", "--skip=2M", disk, filepath.Join(dir, "none"))
	p.want(1, fmt.Sprintf("skip 2097152 bytes of source %q: there are only 1048576", disk))
}
