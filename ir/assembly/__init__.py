"""The custom textual form of operations, in MLIR's manner.

Each operation is written as its dialect chooses, by a format at its declaration that is like MLIR's
declarative assembly formats::

    @op("memref.load", format="$memref `[` $indices `]` attr-dict `:` type($memref)")

================================  ==================================================================
in a format                       stands for
================================  ==================================================================
`` `text` ``                      this word or sign
``$operand``                      ``%value``; several, with commas, where it is variadic
``$property``                     its attribute in short: ``16``, ``"text"``, ``@symbol``, ``f64``,
                                  ``[0, 1]``, ``<or>``, or one of the ``words`` of the property;
                                  ``@name`` for the name of a symbol
``word($property)``               a text without quotes where it is one word
``$region``                       ``{ operations }``
``arguments($region)``            ``(%i: index)``: the arguments of its entry, in front of it
``$successor``                    ``^block``
``regions``                       ``{ name { operations } ... }`` for regions that are not idle
``attr-dict``                     ``{name = attribute}`` for all other properties and attributes;
                                  ``attr-dict-with-keyword`` writes ``attributes`` in front of it
``type($value)``                  the type of an operand or result; types, where it is variadic
``type(operands)``                all of them; ``type(results)`` likewise
``functional-type(a, b)``         ``(types) -> types`` of ``operands`` and ``results``, or of names
``(first rest $name^ ...)?``      all of it if ``$name`` is there, else nothing; a flag (a property
                                  that is false by default) is its word alone
================================  ==================================================================

Every type must follow from the format: from ``type(...)``, from ``same_type_as``, ``type`` or
``infer`` at the declaration, from a constraint with one type (``Index``), or from ``derive``::

    @op("memref.store", format="...", derive={"value": lambda of: of["memref"].element})

A format that does not fit the declaration raises :class:`FormatError` when the class is made.
``implicit="scf.yield"`` names a terminator that is left out where it has no operands. For forms
beyond a format, ``format`` is a :class:`~ranvier.ir.assembly.form.Form` written by hand.

An operation that its form cannot express (one that does not verify, for example) is printed in the
generic form; both may stand in one text.
"""
