module within

go 1.26
