package cmd

import (
	"io/fs"
	"os"
	"path/filepath"

	"bpcopy/internal/endpoint"
)

// place is where bytes come from or go to, as far as one can tell before it is
// opened.
type place struct {
	operand string
	info    fs.FileInfo // nil for what is not there yet and for what has no file
	path    string      // "" for a standard stream and for what has no file
}

func standardStream(file *os.File) place {
	info, err := file.Stat()
	if err != nil {
		return place{operand: "-"}
	}
	return place{operand: "-", info: info}
}

func pathPlace(operand, path string) place {
	info, err := os.Stat(path)
	if err != nil {
		info = nil
	}
	return place{operand, info, path}
}

func (c *copyRun) reportPlace(path string) place {
	if path == "-" {
		return standardStream(c.Stdout)
	}
	return pathPlace(path, path)
}

func (c *copyRun) sourcePlace() place {
	switch c.srcName.Scheme() {
	case endpoint.Stdio:
		return standardStream(c.Stdin)
	case endpoint.Path:
		return pathPlace(c.srcName.String(), c.srcName.String())
	}
	return place{}
}

// destPlace is the file within the directory where the operand is one.
func (c *copyRun) destPlace(name endpoint.Operand) place {
	switch name.Scheme() {
	case endpoint.Stdio:
		return standardStream(c.Stdout)
	case endpoint.Path:
		dst := pathPlace(name.String(), name.String())
		if dst.info != nil && dst.info.IsDir() && c.srcName.Scheme() == endpoint.Path {
			return pathPlace(dst.operand, filepath.Join(dst.path, filepath.Base(c.srcName.String())))
		}
		return dst
	}
	return place{}
}

// overwrites reports whether bytes written to p would be mixed with those of q,
// or would replace them.
func (p place) overwrites(q place) bool {
	if p.info != nil && q.info != nil {
		return os.SameFile(p.info, q.info) && (p.info.Mode().IsRegular() || p.info.Mode()&fs.ModeNamedPipe != 0)
	}
	return p.info == nil && q.info == nil && p.path != "" && q.path != "" && landing(p.path) == landing(q.path)
}

// landing is where a file of that name would be created.
func landing(path string) string {
	const maxLinks = 40 // as many as Linux follows
	for range maxLinks {
		target, err := os.Readlink(path)
		if err != nil {
			break
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(path), target)
		}
		path = target
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		path = filepath.Join(dir, filepath.Base(path))
	}
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	return path
}
