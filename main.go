// Command bpcopy copies files, pipes and sockets, and shows the backpressure.
package main

import (
	"os"

	"bpcopy/cmd"
)

func main() {
	os.Exit(cmd.Main(os.Args[1:], cmd.Env{
		Stdin:  os.Stdin,
		Stdout: os.Stdout,
		Stderr: os.Stderr,
		Getenv: os.Getenv,
	}))
}
