//go:build !linux

package endpoint

// writeOut does nothing: elsewhere the disk begins when the file is synced.
func writeOut(stream) {}
