package proxy

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestCgroupFolder: the folder is found below the right mount.
func TestCgroupFolder(t *testing.T) {
	const (
		first = `30 1 0:1 / /sys/fs/cgroup rw - tmpfs tmpfs rw
31 30 0:2 / /sys/fs/cgroup/cpu rw shared:1 - cgroup cgroup rw,cpu
32 30 0:3 / /sys/fs/cgroup/memory rw shared:2 - cgroup cgroup rw,memory
33 30 0:4 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
`
		second = "40 1 0:5 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
		part   = "41 1 0:5 /docker/a /sys/fs/cgroup ro - cgroup2 cgroup2 rw\n"
	)
	for _, tt := range []struct {
		of, mounts, want string
		version          int
	}{
		{"4:memory:/app\n1:cpu:/x\n0::/y\n", first, "/sys/fs/cgroup/memory/app", 1},
		{"0::/y\n4:cpu,memory:/app/it\n", first, "/sys/fs/cgroup/memory/app/it", 1},
		{"0::/system.slice/app.service\n", second, "/sys/fs/cgroup/system.slice/app.service", 2},
		{"0::/\n", second, "/sys/fs/cgroup", 2},
		{"0::/a:b\n", second, "/sys/fs/cgroup/a:b", 2},
		{"0::/docker/a/b\n", part, "/sys/fs/cgroup/b", 2},
		{"0::/docker/ab\n", part, "", 0},
		{"0::/../other\n", second, "", 0},
		{"4:memory:/app\n", second, "", 0},
		{"", second, "", 0},
		{"0::/y\n", "", "", 0},
	} {
		folder, version := cgroupFolder(tt.of, tt.mounts)
		if folder != tt.want || folder != "" && version != tt.version {
			t.Errorf("cgroupFolder(%q, ...) = %q, %d; want %q, %d", tt.of, folder, version, tt.want, tt.version)
		}
	}
}

// fakeCgroup is the folder of a control group of either version.
type fakeCgroup struct {
	*cgroup
	t       *testing.T
	version int
}

func newFakeCgroup(t *testing.T, version int) *fakeCgroup {
	f := &fakeCgroup{t: t, version: version, cgroup: &cgroup{folder: t.TempDir()}}
	f.set(0, 0, 0)
	f.procs("", os.Getpid())
	f.cgroup = openCgroup(f.folder, version)
	t.Cleanup(f.close)
	return f
}

func (f *fakeCgroup) write(name, text string) {
	f.t.Helper()
	if err := os.WriteFile(filepath.Join(f.folder, name), []byte(text), 0o644); err != nil {
		f.t.Fatal(err)
	}
}

// set sets the memory: now, of which so much is anonymous, and the most.
func (f *fakeCgroup) set(current, anonymous, peak int) {
	f.t.Helper()
	names := map[int][3]string{1: {"memory.usage_in_bytes", "memory.max_usage_in_bytes", "total_rss"}, 2: {"memory.current", "memory.peak", "anon"}}[f.version]
	f.write(names[0], strconv.Itoa(current)+"\n")
	f.write(names[1], strconv.Itoa(peak)+"\n")
	f.write("memory.stat", "anonymous 7\n"+names[2]+" "+strconv.Itoa(anonymous)+"\nfile 9\n")
}

func (f *fakeCgroup) procs(below string, pids ...int) {
	f.t.Helper()
	if err := os.MkdirAll(filepath.Join(f.folder, below), 0o755); err != nil {
		f.t.Fatal(err)
	}
	var text strings.Builder
	for _, pid := range pids {
		text.WriteString(strconv.Itoa(pid) + "\n")
	}
	f.write(filepath.Join(below, "cgroup.procs"), text.String())
}

// TestCgroupResident: the peak counts if it is new and nobody else's, without the
// most that was not anonymous.
func TestCgroupResident(t *testing.T) {
	ours := memories{os.Getpid(): {}}
	for version := 1; version <= 2; version++ {
		f := newFakeCgroup(t, version)
		want := func(what string, bytes int64) {
			t.Helper()
			if got := f.resident(ours); got != bytes {
				t.Errorf("version %d, %s: resident() = %d; want %d", version, what, got, bytes)
			}
		}
		f.set(300, 200, 1000)
		f.begin()
		want("an old peak", 0)
		f.set(300, 200, 1001)
		want("a new peak", 901)
		f.set(450, 300, 1001)
		want("with more that is not anonymous", 851)
		f.set(300, 300, 1001)
		want("with less of it", 851)
		f.begin()
		want("begun again", 0)
		f.set(300, 300, 2000)
		want("a newer peak", 2000)

		f.procs("below", os.Getpid(), os.Getppid())
		want("with somebody else", 0)
		f.procs("below")
		want("after somebody else", 0)
		f.set(300, 300, 2000)
		f.begin()
		f.set(300, 300, 2001)
		want("begun without them", 2001)
		f.procs("")
		want("with nobody", 0)
	}
}

// TestCgroupRestart: what others may read is reset only if nobody else is in the group.
func TestCgroupRestart(t *testing.T) {
	for _, tt := range []struct {
		pids []int
		want string
	}{
		{[]int{os.Getpid()}, "reset"},
		{[]int{os.Getpid(), os.Getppid()}, "1000\n"},
		{nil, "1000\n"},
	} {
		f := newFakeCgroup(t, 1)
		f.set(300, 200, 1000)
		f.procs("", tt.pids...)
		f.restart(memories{os.Getpid(): {}})
		if got, err := os.ReadFile(filepath.Join(f.folder, "memory.max_usage_in_bytes")); string(got) != tt.want || err != nil {
			t.Errorf("with the processes %v, the peak becomes %q, %v; want %q", tt.pids, got, err, tt.want)
		}
	}
}

// TestCgroupTellsNothing: what is not there, or not a number, tells nothing.
func TestCgroupTellsNothing(t *testing.T) {
	if g := openCgroup(t.TempDir(), 2); g != nil {
		t.Errorf("a folder without files is the group %+v; want none", g)
	}
	ours := memories{os.Getpid(): {}}
	if got := (*cgroup)(nil).resident(ours); got != 0 {
		t.Errorf("no group has %d bytes; want 0", got)
	}
	for _, file := range []string{"memory.current", "memory.peak", "memory.stat", "cgroup.procs"} {
		f := newFakeCgroup(t, 2)
		f.set(300, 200, 1000)
		f.begin()
		f.set(300, 200, 2000)
		f.write(file, "nothing\n")
		if got := f.resident(ours); got != 0 {
			t.Errorf("without %s it has %d bytes; want 0", file, got)
		}
	}
}
