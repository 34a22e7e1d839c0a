//! Names with everything that halls, streets and people here are written with.

const HALLS: [&str; 8] = [
    "Bakı şəhəri {} nömrəli tam orta məktəb",
    "\"Zəfər\" liseyi № {}",
    "Şəki Regional İmtahan Mərkəzi {}",
    "Школа-гимназия № {} (русский сектор)",
    "Gəncə Dövlət Universiteti, {}-ci korpus",
    "Naxçıvan «Heydər Əliyev» məktəbi {}",
    "O'Hara College Hall {}",
    "Lənkəran ümumtəhsil məktəbi {} 🎓",
];

const STREETS: [&str; 4] = ["Nizami küçəsi", "Üzeyir Hacıbəyov küç.", "ул. Низами", "Əhməd Rəcəbli"];

const PEOPLE: [&str; 6] = [
    "Əli Həsənov",
    "Günay Quliyeva",
    "Иван Петров",
    "Çinarə Şıxlı",
    "Ömər O'Neill",
    "Nərgiz \"Nər\" Ağayeva",
];

pub fn hall(number: u32) -> String {
    pick(&HALLS, number).replace("{}", &number.to_string())
}

pub(super) fn address(number: u32) -> String {
    format!("{}, {}", pick(&STREETS, number), number % 200 + 1)
}

pub(super) fn room(number: u32) -> String {
    format!("Otaq {}{:02}", number / 10 + 1, number % 10 + 1)
}

pub(super) fn person(number: u32) -> &'static str {
    pick(&PEOPLE, number)
}

fn pick<const N: usize>(list: &[&'static str; N], number: u32) -> &'static str {
    list[number as usize % N]
}
