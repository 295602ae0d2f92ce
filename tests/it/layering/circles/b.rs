fn f() -> super::a::A { todo!() }
