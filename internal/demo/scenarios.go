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

// Names returns the names of the built-in demos in the order in which to watch
// them: the lessons first, the cases for specialists last.
func Names() []string {
	return []string{
		"slow-consumer", Backpressure, "equal-to-mark", "chunk-over-mark", "two-destinations", "last-drain",
		"pause-every-chunk", "mid-stream-stall", "bursty-producer", "gzip-stage", "drain-at-zero", "drain-at-low-mark", "consumer-fails",
	}
}

// Scenarios returns the names of all built-in scenarios, sorted. Two of them
// are together the demo [Backpressure].
func Scenarios() []string {
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

// Lookup returns the built-in scenario of that name, as JSON.
func Lookup(name string) (doc []byte, ok bool) {
	doc, err := files.ReadFile(folder + name + extension)
	return doc, err == nil
}
