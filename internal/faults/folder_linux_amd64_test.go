package faults

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A folder is what is in one, by name.
type folder map[string]entry

// An entry is a file as one can see it.
type entry struct {
	bytes string
	look
	inode   uint64
	changed time.Time
}

// A look is who may do what with a file, in the form in which it is reported.
type look struct {
	mode        fs.FileMode
	user, group uint32
	attributes  string
}

func (l look) String() string {
	return fmt.Sprintf("%v %d:%d %q", l.mode, l.user, l.group, l.attributes)
}

// lookAt returns what is in a folder and below, sockets and FIFOs apart.
func lookAt(dir string) (folder, error) {
	found := make(folder)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		stat := info.Sys().(*syscall.Stat_t)
		if info.Mode()&(fs.ModeSocket|fs.ModeNamedPipe) != 0 {
			return nil
		}
		e := entry{look: look{mode: info.Mode(), user: stat.Uid, group: stat.Gid}, inode: stat.Ino, changed: info.ModTime()}
		if info.Mode().IsRegular() {
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			e.bytes, e.attributes = string(content), attributesOf(path)
		}
		name, err := filepath.Rel(dir, path)
		found[name] = e
		return err
	})
	return found, err
}

// attributesOf returns the extended attributes of a file, access lists included.
func attributesOf(path string) string {
	names := make([]byte, 4096)
	n, err := unix.Llistxattr(path, names)
	if err != nil {
		return ""
	}
	var all []string
	for _, name := range slices.Sorted(slices.Values(strings.FieldsFunc(string(names[:n]), func(r rune) bool { return r == 0 }))) {
		if !strings.HasPrefix(name, "user.") && !strings.HasPrefix(name, "system.posix_acl") {
			continue
		}
		value := make([]byte, 4096)
		n, err := unix.Lgetxattr(path, name, value)
		if err != nil {
			continue
		}
		all = append(all, name+"="+string(value[:n]))
	}
	return strings.Join(all, " ")
}

// strangers are files that are in the folder now and were not before.
func (f folder) strangers(before folder, expected ...string) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if _, was := before[name]; !was && !slices.Contains(expected, name) {
			names = append(names, name)
		}
	}
	return names
}
