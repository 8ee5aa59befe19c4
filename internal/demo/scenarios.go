package demo

import (
	"embed"
	"io/fs"
	"strings"
)

//go:embed scenarios/*.json
var files embed.FS

const (
	folder    = "scenarios/"
	extension = ".json"
)

// Names returns the names of all built-in demos, sorted.
func Names() []string {
	paths, err := fs.Glob(files, folder+"*"+extension)
	if err != nil {
		panic("demo: internal error: " + err.Error())
	}
	names := make([]string, len(paths))
	for i, path := range paths {
		names[i] = strings.TrimSuffix(strings.TrimPrefix(path, folder), extension)
	}
	return names
}

// Lookup returns the scenario of the built-in demo of that name, as JSON.
func Lookup(name string) (doc []byte, ok bool) {
	doc, err := files.ReadFile(folder + name + extension)
	return doc, err == nil
}
