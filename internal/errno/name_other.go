//go:build !unix

package errno

// NameOf returns "", because the system's errors have other names here.
func NameOf(error) string { return "" }
