package proxy

import (
	"bytes"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// cgroup is the control group of a process that is watched. The kernel keeps the most
// memory that a group ever had, also between two looks. That counts only if nobody else
// is in the group.
//
// The memory of a group has more than what is resident in its processes: files that were
// read, buffers of sockets. So the most of that which was seen is taken off, and what is
// left is at most what was resident. A nil group tells nothing.
type cgroup struct {
	folder             string
	current, anonymous string   // the file with the memory now; the field of memory.stat
	peak               *os.File // the most memory

	past   int64 // the peak when the group began to count: one that is not above it may be older
	rest   int64 // the most that was not anonymous since then
	shared bool  // somebody else was in the group since then
}

// cgroupOf returns the control group of a process, or nil if the kernel does not tell its
// peak.
func cgroupOf(pid int) *cgroup {
	of, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cgroup", pid)) // if either cannot be read, there is none
	mounts, _ := os.ReadFile("/proc/self/mountinfo")
	folder, version := cgroupFolder(string(of), string(mounts))
	if folder == "" {
		return nil
	}
	return openCgroup(folder, version)
}

// openCgroup returns a control group, or nil.
func openCgroup(folder string, version int) *cgroup {
	g := &cgroup{folder: folder, current: "memory.current", anonymous: "anon"}
	peak := "memory.peak"
	if version == 1 {
		g.current, g.anonymous, peak = "memory.usage_in_bytes", "total_rss", "memory.max_usage_in_bytes"
	}
	var err error
	if g.peak, err = os.OpenFile(filepath.Join(folder, peak), os.O_RDWR, 0); err != nil {
		g.peak, err = os.Open(filepath.Join(folder, peak)) // it can not be reset then
	}
	if err != nil {
		return nil
	}
	return g
}

// cgroupFolder returns the folder of the control group that counts the memory of a
// process, and its version, from what /proc tells of the process and of the mounts.
func cgroupFolder(of, mounts string) (folder string, version int) {
	var path string
	for line := range strings.Lines(of) {
		// hierarchy:controllers:path
		f := strings.SplitN(strings.TrimSuffix(line, "\n"), ":", 3)
		switch {
		case len(f) < 3:
		case slices.Contains(strings.Split(f[1], ","), "memory"):
			path, version = f[2], 1
		case f[0] == "0" && version == 0:
			path, version = f[2], 2
		}
	}
	if path == "" || strings.Contains(path, "/..") { // outside of what is seen here
		return "", 0
	}
	for line := range strings.Lines(mounts) {
		// id parent device root folder options ... - type source options
		mount, kind, _ := strings.Cut(line, " - ")
		m, k := strings.Fields(mount), strings.Fields(kind)
		if len(m) < 5 || len(k) < 3 {
			continue
		}
		counts := k[0] == "cgroup2" && version == 2 ||
			k[0] == "cgroup" && version == 1 && slices.Contains(strings.Split(k[2], ","), "memory")
		below, err := filepath.Rel(m[3], path)
		if counts && err == nil && below != ".." && !strings.HasPrefix(below, "../") {
			return filepath.Join(m[4], below), version
		}
	}
	return "", 0
}

// close frees what is open of the group.
func (g *cgroup) close() {
	if g != nil {
		_ = g.peak.Close() // nothing was written that could be lost
	}
}

// restart makes the kernel count from now on, if that is allowed, and nobody else is in
// the group: in version 1, its peak is the same for all who look.
func (g *cgroup) restart(of memories) {
	if g == nil {
		return
	}
	if g.isOf(of) {
		_, _ = g.peak.WriteAt([]byte("reset"), 0) // or only a higher peak than any before counts
	}
	g.begin()
}

// begin counts from now on.
func (g *cgroup) begin() {
	g.past, g.rest, g.shared = math.MaxInt64, g.notAnonymous(), false
	if peak, ok := g.most(); ok {
		g.past = peak
	}
}

// resident returns the most that was resident in the processes since the group began to
// count, as far as that is sure. It is 0 if that is not known.
func (g *cgroup) resident(of memories) int64 {
	if g == nil {
		return 0
	}
	g.rest = max(g.rest, g.notAnonymous())
	g.shared = g.shared || !g.isOf(of)
	peak, ok := g.most()
	if !ok || g.shared || peak <= g.past {
		return 0
	}
	return max(0, peak-g.rest)
}

// notAnonymous returns what of the memory now is not anonymous.
func (g *cgroup) notAnonymous() int64 {
	current, ok := g.number(g.current)
	stat, err := os.ReadFile(filepath.Join(g.folder, "memory.stat"))
	if !ok || err != nil {
		return math.MaxInt64
	}
	for line := range strings.Lines(string(stat)) {
		if name, value, _ := strings.Cut(line, " "); name == g.anonymous {
			anonymous, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
			if err == nil {
				return max(0, current-anonymous)
			}
		}
	}
	return math.MaxInt64
}

// number returns the number in a file of the group.
func (g *cgroup) number(file string) (n int64, ok bool) {
	text, err := os.ReadFile(filepath.Join(g.folder, file))
	if err != nil {
		return 0, false
	}
	n, err = strconv.ParseInt(string(bytes.TrimSpace(text)), 10, 64)
	return n, err == nil
}

// most returns the peak.
func (g *cgroup) most() (peak int64, ok bool) {
	var text [32]byte
	n, _ := g.peak.ReadAt(text[:], 0) // the end comes with it
	peak, err := strconv.ParseInt(strings.TrimSpace(string(text[:n])), 10, 64)
	return peak, err == nil
}

// isOf reports whether nobody is in the group, or in one within it, but those processes
// and what they have started since.
func (g *cgroup) isOf(all memories) bool {
	inside, alone := false, true
	_ = filepath.WalkDir(g.folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() != "cgroup.procs" {
			return nil // a group may end meanwhile
		}
		text, _ := os.ReadFile(path) // the same
		for field := range strings.FieldsSeq(string(text)) {
			pid, _ := strconv.Atoi(field) // the kernel's own number
			if inside, alone = true, all.has(pid); !alone {
				return fs.SkipAll
			}
		}
		return nil
	})
	return inside && alone
}

// has reports whether a process is one of those, or was started by one, or has ended.
func (m memories) has(pid int) bool {
	for pid > 1 {
		if _, ok := m[pid]; ok {
			return true
		}
		s, err := statOf(pid)
		if err != nil {
			return true
		}
		pid = s.parent
	}
	return false
}
