package main

import "example.com/m/core/age"

func main() { age.Adult() }
