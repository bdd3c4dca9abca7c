//go:build !amd64

package main

// restoreAffinity has nothing to restore: there is no boot stub here.
func restoreAffinity() {}
