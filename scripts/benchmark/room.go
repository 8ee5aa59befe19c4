//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// A room is a folder of our own to copy in, with the data.
type room struct {
	folder     string
	fileSystem string // its name, as in /proc/filesystems
	data       data
}

// newRoom makes a room in a folder that has space for the data and a copy of it.
func newRoom(in string, size int64) (_ *room, err error) {
	r := &room{}
	if r.folder, err = os.MkdirTemp(in, "bpcopy-benchmark-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, r.close())
		}
	}()
	if r.fileSystem, err = fileSystemOf(r.folder); err != nil {
		return nil, err
	}
	free, err := r.free()
	if err != nil {
		return nil, err
	}
	if need := 2*size + size/4; free < need {
		return nil, fmt.Errorf("make room in %q: %d MiB are free; want %d MiB, or a smaller --size", in, free/mib, need/mib)
	}
	r.data, err = newData(r.file("data"), size)
	return r, err
}

// close removes everything.
func (r *room) close() error { return os.RemoveAll(r.folder) }

// file returns the path of a file in the room.
func (r *room) file(name string) string { return filepath.Join(r.folder, name) }

// ground is for copies of the data within the room.
func (r *room) ground(sync bool) ground {
	return ground{data: r.data, repeat: 1, out: r.file("out"), sync: sync}
}

// free returns how many bytes can still be written, which in tmpfs is also a
// matter of memory.
func (r *room) free() (int64, error) {
	var fs unix.Statfs_t
	if err := unix.Statfs(r.folder, &fs); err != nil {
		return 0, fmt.Errorf("statfs %q: %w", r.folder, err)
	}
	free := int64(fs.Bavail) * int64(fs.Bsize)
	if r.fileSystem == "tmpfs" {
		free = min(free, memoryFigure("MemAvailable"))
	}
	return free, nil
}

// fileSystemOf names the file system that folder is on: that of the longest
// mount point above it.
func fileSystemOf(folder string) (string, error) {
	folder, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return "", err
	}
	mounts, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		return "", err
	}
	var name, longest string
	for line := range strings.Lines(string(mounts)) {
		fields := strings.Fields(line) // device, mount point, file system …
		point := strings.TrimSuffix(fields[1], "/") + "/"
		if strings.HasPrefix(folder+"/", point) && len(point) >= len(longest) {
			name, longest = fields[2], point
		}
	}
	return name, nil
}

// memoryFigure returns a figure of /proc/meminfo, in bytes.
func memoryFigure(name string) int64 {
	content, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0
	}
	return figure(string(content), name) << 10
}
