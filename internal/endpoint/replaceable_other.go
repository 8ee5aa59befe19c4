//go:build !linux

package endpoint

import (
	"io/fs"
	"os"
)

// marks returns none here.
func (f *folder) marks(string) marks { return marks{} }

func (f *folder) sticks(fs.FileInfo) bool { return false }

func (f *folder) free() (bytes int64, known bool) { return 0, false }

func (f *folder) needs(*Source) (bytes int64, known bool) { return 0, false }

func onPseudoFileSystem(*os.File) bool { return false }

func inPseudoFileSystem(string) bool { return false }
