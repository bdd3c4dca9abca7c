//go:build !amd64

package main

// There is no boot stub here, so there is nothing to undo.

func restoreThread() {}

func useAllCPUs() {}
