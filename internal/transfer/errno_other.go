//go:build !unix

package transfer

func errnoCode(error) string { return "" }
