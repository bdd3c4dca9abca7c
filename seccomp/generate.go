package seccomp

//go:generate go run ./gen tables
//go:generate go run ./gen default
