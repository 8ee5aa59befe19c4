//go:build !linux

package endpoint

import (
	"io/fs"
	"os"
)

// bearer is a file whose attributes are read.
type bearer any

type byPath string

type byDescriptor struct{ *os.File }

func (a attribute) mustBeKept() bool { return false }

func (a attribute) what() string { return a.name }

// attributesOf returns none: bpcopy keeps attributes on Linux only.
func attributesOf(bearer) ([]attribute, error) { return nil, nil }

func isBound(string) bool { return false }

func setAttribute(*os.File, attribute) error { return nil }

func removeACL(*os.File, []attribute) error { return nil }

func permOfFile(_ bearer, mode fs.FileMode) (fs.FileMode, error) { return mode.Perm(), nil }

func unbound(attributes []attribute) []attribute { return attributes }
